CREATE TABLE "api_keys" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"role" text,
	"scopes" json,
	"secret_hash" text COLLATE "C" NOT NULL,
	"hint" text NOT NULL,
	"created_by" text COLLATE "C",
	"expires_at" timestamp (3) with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "article_authors" (
	"article_id" text COLLATE "C" NOT NULL,
	"position" integer NOT NULL,
	"author_id" text COLLATE "C" NOT NULL,
	"role" text NOT NULL,
	CONSTRAINT "article_authors_pk" PRIMARY KEY("article_id","position")
);
--> statement-breakpoint
CREATE TABLE "article_imports" (
	"article_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"digest" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "article_slugs" (
	"slug_key" text COLLATE "C" PRIMARY KEY NOT NULL,
	"slug" text NOT NULL,
	"article_id" text COLLATE "C" NOT NULL,
	"was_public" boolean NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "article_tags" (
	"article_id" text COLLATE "C" NOT NULL,
	"position" integer NOT NULL,
	"tag_id" text COLLATE "C" NOT NULL,
	CONSTRAINT "article_tags_pk" PRIMARY KEY("article_id","position")
);
--> statement-breakpoint
CREATE TABLE "articles" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"external_id" text COLLATE "C",
	"status" text NOT NULL,
	"headline" text NOT NULL,
	"headline_key" text NOT NULL,
	"kicker" text,
	"lead" text,
	"slug" text NOT NULL,
	"slug_key" text COLLATE "C" NOT NULL,
	"locale" text NOT NULL,
	"source_name" text,
	"source_url" text,
	"dateline" text,
	"urgency" integer,
	"category_id" text COLLATE "C",
	"seo" json,
	"comment_mode" text,
	"custom" json,
	"created_by" text COLLATE "C",
	"published_at" timestamp (3) with time zone,
	"sections_version" integer DEFAULT 1 NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_log" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_id" text COLLATE "C",
	"action" text NOT NULL,
	"subject_type" text NOT NULL,
	"subject_id" text COLLATE "C" NOT NULL,
	"request_id" text,
	"detail" json
);
--> statement-breakpoint
CREATE TABLE "authors" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"name_key" text COLLATE "C" NOT NULL,
	"sort_key" text COLLATE "C" NOT NULL,
	"slug" text NOT NULL,
	"slug_key" text COLLATE "C" NOT NULL,
	"bio" text,
	"avatar_url" text,
	"user_id" text COLLATE "C",
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "categories" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"parent_id" text COLLATE "C",
	"name" text NOT NULL,
	"sort_key" text COLLATE "C" NOT NULL,
	"slug" text NOT NULL,
	"slug_key" text COLLATE "C" NOT NULL,
	"description" text,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "comments" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"article_id" text COLLATE "C" NOT NULL,
	"parent_id" text COLLATE "C",
	"thread_id" text COLLATE "C" NOT NULL,
	"depth" integer NOT NULL,
	"status" text NOT NULL,
	"body" text NOT NULL,
	"author_name" text NOT NULL,
	"author_email" text,
	"links" integer NOT NULL,
	"fingerprint" text COLLATE "C" NOT NULL,
	"approved_replies" integer NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"scope" text COLLATE "C" NOT NULL,
	"key" text COLLATE "C" NOT NULL,
	"request_hash" text NOT NULL,
	"status" integer NOT NULL,
	"headers" json NOT NULL,
	"body" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "idempotency_keys_pk" PRIMARY KEY("scope","key")
);
--> statement-breakpoint
CREATE TABLE "login_failures" (
	"subject" text COLLATE "C" PRIMARY KEY NOT NULL,
	"failures" integer NOT NULL,
	"last_at" timestamp (3) with time zone NOT NULL,
	"locked_until" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "publication_authors" (
	"author_id" text COLLATE "C" NOT NULL,
	"article_id" text COLLATE "C" NOT NULL,
	"published_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "publication_authors_pk" PRIMARY KEY("article_id","author_id")
);
--> statement-breakpoint
CREATE TABLE "publication_documents" (
	"article_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"document" "bytea" NOT NULL,
	"document_hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "publication_tags" (
	"tag_id" text COLLATE "C" NOT NULL,
	"article_id" text COLLATE "C" NOT NULL,
	"published_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "publication_tags_pk" PRIMARY KEY("article_id","tag_id")
);
--> statement-breakpoint
CREATE TABLE "publications" (
	"article_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"revision" integer NOT NULL,
	"slug" text NOT NULL,
	"slug_key" text COLLATE "C" NOT NULL,
	"locale" text COLLATE "C" NOT NULL,
	"category_id" text COLLATE "C",
	"source_key" text COLLATE "C",
	"urgency" integer,
	"published_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"comment_mode" text,
	"comment_count" integer NOT NULL,
	"refs" json NOT NULL,
	"card" "bytea" NOT NULL,
	"card_hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sections" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"article_id" text COLLATE "C" NOT NULL,
	"position" integer NOT NULL,
	"heading" text,
	"anchor" text COLLATE "C" NOT NULL,
	"body" json NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"user_id" text COLLATE "C" NOT NULL,
	"token_hash" text COLLATE "C" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "settings" (
	"name" text COLLATE "C" PRIMARY KEY NOT NULL,
	"value" json NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tags" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"sort_key" text COLLATE "C" NOT NULL,
	"slug" text NOT NULL,
	"slug_key" text COLLATE "C" NOT NULL,
	"description" text,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"email_key" text COLLATE "C" NOT NULL,
	"name" text NOT NULL,
	"name_key" text COLLATE "C" NOT NULL,
	"role" text NOT NULL,
	"password_hash" text NOT NULL,
	"disabled" boolean NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "article_authors" ADD CONSTRAINT "article_authors_article_id_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."articles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "article_authors" ADD CONSTRAINT "article_authors_author_id_authors_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."authors"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "article_imports" ADD CONSTRAINT "article_imports_article_id_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."articles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "article_slugs" ADD CONSTRAINT "article_slugs_article_id_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."articles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "article_tags" ADD CONSTRAINT "article_tags_article_id_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."articles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "article_tags" ADD CONSTRAINT "article_tags_tag_id_tags_id_fk" FOREIGN KEY ("tag_id") REFERENCES "public"."tags"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "articles" ADD CONSTRAINT "articles_category_id_categories_id_fk" FOREIGN KEY ("category_id") REFERENCES "public"."categories"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "authors" ADD CONSTRAINT "authors_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "categories" ADD CONSTRAINT "categories_parent_fk" FOREIGN KEY ("parent_id") REFERENCES "public"."categories"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "comments" ADD CONSTRAINT "comments_article_id_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."articles"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "comments" ADD CONSTRAINT "comments_parent_fk" FOREIGN KEY ("parent_id") REFERENCES "public"."comments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "publication_authors" ADD CONSTRAINT "publication_authors_author_id_authors_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."authors"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "publication_authors" ADD CONSTRAINT "publication_authors_article_id_publications_article_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."publications"("article_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "publication_documents" ADD CONSTRAINT "publication_documents_article_id_publications_article_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."publications"("article_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "publication_tags" ADD CONSTRAINT "publication_tags_tag_id_tags_id_fk" FOREIGN KEY ("tag_id") REFERENCES "public"."tags"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "publication_tags" ADD CONSTRAINT "publication_tags_article_id_publications_article_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."publications"("article_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "publications" ADD CONSTRAINT "publications_article_id_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."articles"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "publications" ADD CONSTRAINT "publications_category_id_categories_id_fk" FOREIGN KEY ("category_id") REFERENCES "public"."categories"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sections" ADD CONSTRAINT "sections_article_id_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."articles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "api_keys_secret_hash" ON "api_keys" USING btree ("secret_hash");--> statement-breakpoint
CREATE INDEX "api_keys_created" ON "api_keys" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "article_authors_author" ON "article_authors" USING btree ("author_id","article_id");--> statement-breakpoint
CREATE INDEX "article_slugs_article" ON "article_slugs" USING btree ("article_id");--> statement-breakpoint
CREATE INDEX "article_tags_tag" ON "article_tags" USING btree ("tag_id","article_id");--> statement-breakpoint
CREATE UNIQUE INDEX "articles_external_id" ON "articles" USING btree ("external_id");--> statement-breakpoint
CREATE INDEX "articles_updated" ON "articles" USING btree ("updated_at","id");--> statement-breakpoint
CREATE INDEX "articles_status_updated" ON "articles" USING btree ("status","updated_at","id");--> statement-breakpoint
CREATE INDEX "articles_category_updated" ON "articles" USING btree ("category_id","updated_at","id");--> statement-breakpoint
CREATE INDEX "articles_created_by" ON "articles" USING btree ("created_by","updated_at","id");--> statement-breakpoint
CREATE INDEX "audit_log_at" ON "audit_log" USING btree ("at","id");--> statement-breakpoint
CREATE INDEX "audit_log_subject" ON "audit_log" USING btree ("subject_type","subject_id","at");--> statement-breakpoint
CREATE UNIQUE INDEX "authors_slug_key" ON "authors" USING btree ("slug_key");--> statement-breakpoint
CREATE INDEX "authors_sort" ON "authors" USING btree ("sort_key","id");--> statement-breakpoint
CREATE INDEX "authors_name_key" ON "authors" USING btree ("name_key");--> statement-breakpoint
CREATE INDEX "authors_user" ON "authors" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "categories_slug_key" ON "categories" USING btree ("slug_key");--> statement-breakpoint
CREATE INDEX "categories_sort" ON "categories" USING btree ("sort_key","id");--> statement-breakpoint
CREATE INDEX "categories_parent" ON "categories" USING btree ("parent_id");--> statement-breakpoint
CREATE INDEX "comments_threads" ON "comments" USING btree ("article_id","created_at","id") WHERE depth = 0 and (status = 'approved' or approved_replies > 0);--> statement-breakpoint
CREATE INDEX "comments_replies" ON "comments" USING btree ("thread_id","created_at","id") WHERE depth > 0 and (status = 'approved' or approved_replies > 0);--> statement-breakpoint
CREATE INDEX "comments_status" ON "comments" USING btree ("status","created_at","id");--> statement-breakpoint
CREATE INDEX "comments_article" ON "comments" USING btree ("article_id","created_at","id");--> statement-breakpoint
CREATE INDEX "comments_created" ON "comments" USING btree ("created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "comments_same_words" ON "comments" USING btree ("article_id","fingerprint");--> statement-breakpoint
CREATE INDEX "idempotency_keys_created" ON "idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "publication_authors_published" ON "publication_authors" USING btree ("author_id","published_at","article_id");--> statement-breakpoint
CREATE INDEX "publication_tags_published" ON "publication_tags" USING btree ("tag_id","published_at","article_id");--> statement-breakpoint
CREATE INDEX "publications_published" ON "publications" USING btree ("published_at","article_id");--> statement-breakpoint
CREATE INDEX "publications_updated" ON "publications" USING btree ("updated_at","article_id");--> statement-breakpoint
CREATE INDEX "publications_comments" ON "publications" USING btree ("comment_count","article_id");--> statement-breakpoint
CREATE INDEX "publications_category" ON "publications" USING btree ("category_id","published_at","article_id");--> statement-breakpoint
CREATE INDEX "publications_locale" ON "publications" USING btree ("locale","published_at","article_id");--> statement-breakpoint
CREATE INDEX "publications_source" ON "publications" USING btree ("source_key","published_at","article_id");--> statement-breakpoint
CREATE INDEX "publications_urgency" ON "publications" USING btree ("urgency","published_at","article_id");--> statement-breakpoint
CREATE INDEX "sections_article" ON "sections" USING btree ("article_id","position","id");--> statement-breakpoint
CREATE UNIQUE INDEX "sections_anchor" ON "sections" USING btree ("article_id","anchor");--> statement-breakpoint
CREATE UNIQUE INDEX "sessions_token_hash" ON "sessions" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "sessions_user" ON "sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "sessions_expires" ON "sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "tags_slug_key" ON "tags" USING btree ("slug_key");--> statement-breakpoint
CREATE INDEX "tags_sort" ON "tags" USING btree ("sort_key","id");--> statement-breakpoint
CREATE UNIQUE INDEX "users_email_key" ON "users" USING btree ("email_key");--> statement-breakpoint
CREATE INDEX "users_created" ON "users" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "users_name_key" ON "users" USING btree ("name_key");