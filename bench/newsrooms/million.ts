import { sql } from 'drizzle-orm';
import { migrateDatabase } from '../../src/db/migrate.ts';
import { openDatabase } from '../../src/db/open.ts';

/**
 * A newsroom of many short articles, made by the database itself in a moment: for what depends on how many articles
 * there are, and not on how long they are. SQLite only.
 */
export async function makeNewsroom(url: string, count: number): Promise<void> {
  await migrateDatabase(url);
  const db = await openDatabase(url);
  const { articles, publications, publicationDocuments, publicationFacets, facets, articleSlugs } = db.tables;
  const id = sql`printf('00000000-0000-7000-8000-%012x', i)`;
  const at = sql`1420070400000 + i * 60000`;
  const numbers = sql`with recursive numbers(i) as (select 1 union all select i + 1 from numbers where i < ${count})`;
  const document = sql`'{"id":"' || ${id} || '","slug":"خبر-' || i || '","locale":"ar","dir":"rtl","headline":"خبر قصير رقم ' || i || '","kicker":null,"lead":"وقع خبر قصير اليوم.","source":null,"dateline":null,"urgency":null,"wordCount":8,"readingMinutes":1,"publishedAt":"2020-01-01T00:00:00.000Z","updatedAt":"2020-01-01T00:00:00.000Z"'`;
  await db.write(async (tx) => {
    await tx.run(sql`insert into ${facets} (id, text) values (1, 'locale:ar')`);
    for (let topic = 0; topic < 20; topic++)
      await tx.run(sql`insert into ${facets} (id, text) values (${topic + 2}, ${`source:وكالة ${topic}`})`);
    await tx.run(
      sql`${numbers} insert into ${articles} (id, status, headline, slug, locale, published_at, created_at, updated_at) select ${id}, 'published', 'خبر قصير رقم ' || i, 'خبر-' || i, 'ar', ${at}, ${at}, ${at} from numbers`,
    );
    await tx.run(
      sql`${numbers} insert into ${articleSlugs} (slug_key, slug, article_id, was_public, created_at) select 'خبر-' || i, 'خبر-' || i, ${id}, 1, ${at} from numbers`,
    );
    await tx.run(
      sql`${numbers} insert into ${publications} (n, article_id, revision, slug, locale, source_key, published_at, updated_at, comment_count, refs, card, card_hash) select i, ${id}, 1, 'خبر-' || i, 'ar', 'وكالة ' || (i % 20), ${at}, ${at}, 0, '{"authors":[],"tags":[]}', cast(${document} || '}' as blob), printf('%016x', i) from numbers`,
    );
    await tx.run(
      sql`${numbers} insert into ${publicationDocuments} (n, rest, document_hash) select i, cast(x'00' || '{"sections":[],"seo":null,"custom":{}}' as blob), printf('%016x', i) from numbers`,
    );
    await tx.run(
      sql`${numbers} insert into ${publicationFacets} (facet, published_at, n) select 1, ${at}, i from numbers union all select 2 + i % 20, ${at}, i from numbers`,
    );
  });
  await db.close();
}
