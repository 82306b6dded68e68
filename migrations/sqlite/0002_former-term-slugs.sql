CREATE TABLE `former_term_slugs` (
	`kind` text NOT NULL,
	`slug_key` text NOT NULL,
	`slug` text NOT NULL,
	`term_id` text NOT NULL,
	`left_at` integer NOT NULL,
	PRIMARY KEY(`kind`, `slug_key`, `term_id`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `former_term_slugs_term` ON `former_term_slugs` (`term_id`);