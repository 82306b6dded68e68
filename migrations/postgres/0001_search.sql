-- Full-text indexes. They hold terms that the program made of the words (src/arabic/analyse.ts), as finished vectors:
-- neither a dictionary nor a parser of the server, which depend on its locale, has a say.
CREATE TABLE "search_publications" (
	"n" integer PRIMARY KEY NOT NULL REFERENCES "publications"("n") ON DELETE CASCADE,
	"terms" tsvector NOT NULL,
	"words" tsvector NOT NULL
);
--> statement-breakpoint
CREATE INDEX "search_publications_terms" ON "search_publications" USING gin ("terms");
--> statement-breakpoint
CREATE INDEX "search_publications_words" ON "search_publications" USING gin ("words");
--> statement-breakpoint
-- Working copies that do not say what is published; the others are found by their publication.
CREATE TABLE "search_articles" (
	"n" integer PRIMARY KEY NOT NULL REFERENCES "articles"("n") ON DELETE CASCADE,
	"terms" tsvector NOT NULL
);
--> statement-breakpoint
CREATE INDEX "search_articles_terms" ON "search_articles" USING gin ("terms");
--> statement-breakpoint
CREATE TABLE "search_comments" (
	"n" integer PRIMARY KEY NOT NULL REFERENCES "comments"("n") ON DELETE CASCADE,
	"terms" tsvector NOT NULL
);
--> statement-breakpoint
CREATE INDEX "search_comments_terms" ON "search_comments" USING gin ("terms");
--> statement-breakpoint
CREATE TABLE "search_state" (
	"name" text PRIMARY KEY NOT NULL,
	"value" text NOT NULL
);
--> statement-breakpoint
-- A newsroom that is just being founded has nothing that an older analyser could have indexed.
INSERT INTO "search_state" ("name", "value") SELECT 'analyser', 'none' WHERE NOT EXISTS (SELECT 1 FROM "articles");
