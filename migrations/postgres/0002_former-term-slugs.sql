CREATE TABLE "former_term_slugs" (
	"kind" text COLLATE "C" NOT NULL,
	"slug_key" text COLLATE "C" NOT NULL,
	"slug" text NOT NULL,
	"term_id" text COLLATE "C" NOT NULL,
	"left_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "former_term_slugs_pk" PRIMARY KEY("kind","slug_key","term_id")
);
--> statement-breakpoint
CREATE INDEX "former_term_slugs_term" ON "former_term_slugs" USING btree ("term_id");