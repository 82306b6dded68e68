-- Full-text indexes. They hold terms that the program made of the words (src/arabic/analyse.ts), never the words
-- themselves, so the tokenizer has nothing to do but to cut at spaces: `ascii` takes every other letter, mark and sign
-- as part of a term. The body comes first because FTS5 writes a column's number beside every entry of all others.
CREATE VIRTUAL TABLE `search_publications` USING fts5(`body`, `headline`, `lead`, `headings`, `names`, `facets`, content='', contentless_delete=1, tokenize='ascii');
--> statement-breakpoint
-- Words of headlines as people write them, folded: for completing what is typed, and for words that were meant.
CREATE VIRTUAL TABLE `search_headlines` USING fts5(`words`, content='', contentless_delete=1, detail=none, prefix='1 2 3 4', tokenize='ascii');
--> statement-breakpoint
CREATE VIRTUAL TABLE `search_headline_words` USING fts5vocab(`search_headlines`, 'row');
--> statement-breakpoint
CREATE TRIGGER `search_publications_removed` AFTER DELETE ON `publications` BEGIN
	DELETE FROM `search_publications` WHERE rowid = old.`n`;
	DELETE FROM `search_headlines` WHERE rowid = old.`n`;
END;
--> statement-breakpoint
-- Working copies that do not say what is published; the others are found by their publication.
CREATE VIRTUAL TABLE `search_articles` USING fts5(`body`, `headline`, `lead`, `headings`, `names`, content='', contentless_delete=1, tokenize='ascii');
--> statement-breakpoint
CREATE TRIGGER `search_articles_removed` AFTER DELETE ON `articles` BEGIN
	DELETE FROM `search_articles` WHERE rowid = old.`n`;
END;
--> statement-breakpoint
CREATE VIRTUAL TABLE `search_comments` USING fts5(`body`, `author`, content='', contentless_delete=1, tokenize='ascii');
--> statement-breakpoint
CREATE TRIGGER `search_comments_removed` AFTER DELETE ON `comments` BEGIN
	DELETE FROM `search_comments` WHERE rowid = old.`n`;
END;
--> statement-breakpoint
CREATE TABLE `search_state` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
) STRICT;
--> statement-breakpoint
-- A newsroom that is just being founded has nothing that an older analyser could have indexed.
INSERT INTO `search_state` (`name`, `value`) SELECT 'analyser', 'none' WHERE NOT EXISTS (SELECT 1 FROM `articles`);
--> statement-breakpoint
-- An import's batch is collected in memory, so that it becomes one piece of the index instead of several to be merged. What
-- is committed one by one never comes near it.
INSERT INTO `search_publications` (`search_publications`, rank) VALUES ('hashsize', 16777216);
--> statement-breakpoint
INSERT INTO `search_articles` (`search_articles`, rank) VALUES ('hashsize', 16777216);
