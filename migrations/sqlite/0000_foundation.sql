CREATE TABLE `api_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`role` text,
	`scopes` text,
	`secret_hash` text NOT NULL,
	`hint` text NOT NULL,
	`created_by` text,
	`expires_at` integer,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_secret_hash` ON `api_keys` (`secret_hash`);--> statement-breakpoint
CREATE INDEX `api_keys_created` ON `api_keys` (`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `article_authors` (
	`article_n` integer NOT NULL,
	`position` integer NOT NULL,
	`author_n` integer NOT NULL,
	`role` text NOT NULL,
	PRIMARY KEY(`article_n`, `position`),
	FOREIGN KEY (`article_n`) REFERENCES `articles`(`n`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`author_n`) REFERENCES `authors`(`n`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `article_authors_author` ON `article_authors` (`author_n`,`article_n`);--> statement-breakpoint
CREATE TABLE `article_imports` (
	`article_id` text PRIMARY KEY NOT NULL,
	`digest` text NOT NULL,
	FOREIGN KEY (`article_id`) REFERENCES `articles`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `article_likeness` (
	`article_id` text PRIMARY KEY NOT NULL,
	`print` text NOT NULL,
	`at` integer NOT NULL,
	FOREIGN KEY (`article_id`) REFERENCES `articles`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE TABLE `article_slugs` (
	`slug_key` text PRIMARY KEY NOT NULL,
	`slug` text NOT NULL,
	`article_id` text NOT NULL,
	`was_public` integer NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`article_id`) REFERENCES `articles`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `article_slugs_article` ON `article_slugs` (`article_id`);--> statement-breakpoint
CREATE TABLE `article_tags` (
	`article_n` integer NOT NULL,
	`position` integer NOT NULL,
	`tag_n` integer NOT NULL,
	PRIMARY KEY(`article_n`, `position`),
	FOREIGN KEY (`article_n`) REFERENCES `articles`(`n`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`tag_n`) REFERENCES `tags`(`n`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `article_tags_tag` ON `article_tags` (`tag_n`,`article_n`);--> statement-breakpoint
CREATE TABLE `articles` (
	`n` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`external_id` text,
	`status` text NOT NULL,
	`headline` text NOT NULL,
	`kicker` text,
	`lead` text,
	`slug` text NOT NULL,
	`locale` text NOT NULL,
	`source_name` text,
	`source_url` text,
	`dateline` text,
	`urgency` integer,
	`category_id` text,
	`seo` text,
	`comment_mode` text,
	`custom` text,
	`created_by` text,
	`published_at` integer,
	`sections_version` integer DEFAULT 1 NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`category_id`) REFERENCES `categories`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `articles_id` ON `articles` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `articles_external_id` ON `articles` (`external_id`);--> statement-breakpoint
CREATE INDEX `articles_updated` ON `articles` (`updated_at`,`id`);--> statement-breakpoint
CREATE INDEX `articles_status_updated` ON `articles` (`status`,`updated_at`,`id`);--> statement-breakpoint
CREATE INDEX `articles_category_updated` ON `articles` (`category_id`,`updated_at`,`id`);--> statement-breakpoint
CREATE INDEX `articles_created_by` ON `articles` (`created_by`,`updated_at`,`id`);--> statement-breakpoint
CREATE TABLE `audit_log` (
	`id` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`actor_kind` text NOT NULL,
	`actor_id` text,
	`action` text NOT NULL,
	`subject_type` text NOT NULL,
	`subject_id` text NOT NULL,
	`request_id` text,
	`detail` text
) STRICT;
--> statement-breakpoint
CREATE INDEX `audit_log_at` ON `audit_log` (`at`,`id`);--> statement-breakpoint
CREATE INDEX `audit_log_subject` ON `audit_log` (`subject_type`,`subject_id`,`at`);--> statement-breakpoint
CREATE TABLE `authors` (
	`n` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`name_key` text NOT NULL,
	`sort_key` text NOT NULL,
	`slug` text NOT NULL,
	`slug_key` text NOT NULL,
	`bio` text,
	`avatar_url` text,
	`user_id` text,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE set null
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `authors_id` ON `authors` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `authors_slug_key` ON `authors` (`slug_key`);--> statement-breakpoint
CREATE INDEX `authors_sort` ON `authors` (`sort_key`,`id`);--> statement-breakpoint
CREATE INDEX `authors_name_key` ON `authors` (`name_key`);--> statement-breakpoint
CREATE INDEX `authors_user` ON `authors` (`user_id`);--> statement-breakpoint
CREATE TABLE `categories` (
	`id` text PRIMARY KEY NOT NULL,
	`parent_id` text,
	`name` text NOT NULL,
	`sort_key` text NOT NULL,
	`slug` text NOT NULL,
	`slug_key` text NOT NULL,
	`description` text,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`parent_id`) REFERENCES `categories`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `categories_slug_key` ON `categories` (`slug_key`);--> statement-breakpoint
CREATE INDEX `categories_sort` ON `categories` (`sort_key`,`id`);--> statement-breakpoint
CREATE INDEX `categories_parent` ON `categories` (`parent_id`);--> statement-breakpoint
CREATE TABLE `comments` (
	`n` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`article_n` integer NOT NULL,
	`parent_id` text,
	`thread_id` text NOT NULL,
	`depth` integer NOT NULL,
	`status` text NOT NULL,
	`body` text NOT NULL,
	`author_name` text NOT NULL,
	`author_email` text,
	`links` integer NOT NULL,
	`period` integer NOT NULL,
	`fingerprint` text,
	`approved_replies` integer NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`article_n`) REFERENCES `articles`(`n`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`parent_id`) REFERENCES `comments`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `comments_id` ON `comments` (`id`);--> statement-breakpoint
CREATE INDEX `comments_threads` ON `comments` (`article_n`,`created_at`,`id`) WHERE depth = 0 and (status = 'approved' or approved_replies > 0);--> statement-breakpoint
CREATE INDEX `comments_replies` ON `comments` (`thread_id`,`created_at`,`id`) WHERE depth > 0 and (status = 'approved' or approved_replies > 0);--> statement-breakpoint
CREATE INDEX `comments_status` ON `comments` (`status`,`created_at`);--> statement-breakpoint
CREATE INDEX `comments_created` ON `comments` (`created_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `comments_article` ON `comments` (`article_n`,`period`,`fingerprint`);--> statement-breakpoint
CREATE TABLE `facets` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`category_id` text,
	`tag_id` text,
	`author_id` text,
	`text` text,
	FOREIGN KEY (`category_id`) REFERENCES `categories`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`tag_id`) REFERENCES `tags`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`author_id`) REFERENCES `authors`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `facets_category` ON `facets` (`category_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `facets_tag` ON `facets` (`tag_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `facets_author` ON `facets` (`author_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `facets_text` ON `facets` (`text`);--> statement-breakpoint
CREATE TABLE `idempotency_keys` (
	`scope` text NOT NULL,
	`key` text NOT NULL,
	`request_hash` text NOT NULL,
	`status` integer NOT NULL,
	`headers` text NOT NULL,
	`body` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`scope`, `key`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `idempotency_keys_created` ON `idempotency_keys` (`created_at`);--> statement-breakpoint
CREATE TABLE `jobs` (
	`name` text PRIMARY KEY NOT NULL,
	`locked_until` integer,
	`last_run_at` integer
) STRICT;
--> statement-breakpoint
CREATE TABLE `likeness_bands` (
	`band` text NOT NULL,
	`article_id` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`band`, `article_id`),
	FOREIGN KEY (`article_id`) REFERENCES `articles`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `likeness_bands_article` ON `likeness_bands` (`article_id`);--> statement-breakpoint
CREATE TABLE `login_failures` (
	`subject` text PRIMARY KEY NOT NULL,
	`failures` integer NOT NULL,
	`last_at` integer NOT NULL,
	`locked_until` integer
) STRICT;
--> statement-breakpoint
CREATE TABLE `publication_documents` (
	`n` integer PRIMARY KEY NOT NULL,
	`rest` blob NOT NULL,
	`document_hash` text NOT NULL,
	FOREIGN KEY (`n`) REFERENCES `publications`(`n`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE TABLE `publication_facets` (
	`facet` integer NOT NULL,
	`published_at` integer NOT NULL,
	`n` integer NOT NULL,
	PRIMARY KEY(`facet`, `published_at`, `n`),
	FOREIGN KEY (`facet`) REFERENCES `facets`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `publication_views` (
	`n` integer NOT NULL,
	`hour` integer NOT NULL,
	`views` integer NOT NULL,
	PRIMARY KEY(`n`, `hour`),
	FOREIGN KEY (`n`) REFERENCES `publications`(`n`) ON UPDATE no action ON DELETE cascade
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `publication_views_hour` ON `publication_views` (`hour`,`n`);--> statement-breakpoint
CREATE TABLE `publications` (
	`n` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`article_id` text NOT NULL,
	`revision` integer NOT NULL,
	`slug` text NOT NULL,
	`locale` text NOT NULL,
	`category_id` text,
	`source_key` text,
	`urgency` integer,
	`published_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`comment_mode` text,
	`comment_count` integer NOT NULL,
	`views_24h` integer DEFAULT 0 NOT NULL,
	`views_7d` integer DEFAULT 0 NOT NULL,
	`refs` text NOT NULL,
	`card` blob NOT NULL,
	`card_hash` text NOT NULL,
	FOREIGN KEY (`article_id`) REFERENCES `articles`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`category_id`) REFERENCES `categories`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `publications_article` ON `publications` (`article_id`);--> statement-breakpoint
CREATE INDEX `publications_published` ON `publications` (`published_at`,`n`);--> statement-breakpoint
CREATE INDEX `publications_updated` ON `publications` (`updated_at`,`published_at`,`n`);--> statement-breakpoint
CREATE INDEX `publications_comments` ON `publications` (`comment_count`,`published_at`,`n`);--> statement-breakpoint
CREATE INDEX `publications_views_24h` ON `publications` (`views_24h`,`published_at`,`n`);--> statement-breakpoint
CREATE INDEX `publications_views_7d` ON `publications` (`views_7d`,`published_at`,`n`);--> statement-breakpoint
CREATE INDEX `publications_category` ON `publications` (`category_id`);--> statement-breakpoint
CREATE TABLE `sections` (
	`id` text NOT NULL,
	`article_id` text NOT NULL,
	`position` integer NOT NULL,
	`heading` text,
	`anchor` text NOT NULL,
	`body` blob,
	`bytes` integer NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`article_id`, `anchor`),
	FOREIGN KEY (`article_id`) REFERENCES `articles`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`token_hash` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `sessions_token_hash` ON `sessions` (`token_hash`);--> statement-breakpoint
CREATE INDEX `sessions_user` ON `sessions` (`user_id`);--> statement-breakpoint
CREATE INDEX `sessions_expires` ON `sessions` (`expires_at`);--> statement-breakpoint
CREATE TABLE `settings` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`updated_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `tags` (
	`n` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`sort_key` text NOT NULL,
	`slug` text NOT NULL,
	`slug_key` text NOT NULL,
	`description` text,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `tags_id` ON `tags` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `tags_slug_key` ON `tags` (`slug_key`);--> statement-breakpoint
CREATE INDEX `tags_sort` ON `tags` (`sort_key`,`id`);--> statement-breakpoint
CREATE TABLE `users` (
	`id` text PRIMARY KEY NOT NULL,
	`email` text NOT NULL,
	`email_key` text NOT NULL,
	`name` text NOT NULL,
	`name_key` text NOT NULL,
	`role` text NOT NULL,
	`password_hash` text NOT NULL,
	`disabled` integer NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `users_email_key` ON `users` (`email_key`);--> statement-breakpoint
CREATE INDEX `users_created` ON `users` (`created_at`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `users_name_key` ON `users` (`name_key`);
--> statement-breakpoint
CREATE TABLE `changes` (
	`seq` integer PRIMARY KEY AUTOINCREMENT,
	`origin` text NOT NULL,
	`tags` text NOT NULL
) STRICT;
