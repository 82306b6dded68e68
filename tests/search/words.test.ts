import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { type Stories, storiesOf } from './stories.ts';

/** Forms that find one another. The last of each are other spellings: vowel marks, tatweel, ligatures, other keyboards. */
const families = {
  alliance:
    'تحالف التحالف تحالفات والتحالف بالتحالف للتحالف التَّحالُف التحـــالف والتحالفات \ufe97\ufea4\ufe8e\ufedf\ufed2',
  agreement: 'اتفاق إتفاق الاتفاقية اتفاقيات باتفاق اِتِّفاق',
  conference: 'مؤتمر المؤتمرات مؤتمرات مؤتمرا بمؤتمر مُؤتمر',
  official: 'مسؤول مسئول المسؤولون المسئولين',
  syria: 'سوريا سورية السورية بسوريا سوریا ﺳﻮﺭﻳﺎ',
  cairo: 'القاهرة القاهره والقاهرة بالقاهرة',
  ahmad: 'أحمد احمد أحْمَد',
  year: '2024 ٢٠٢٤ ۲۰۲۴',
};

describeEachEngine('words', (engine) => {
  let room: Newsroom;
  let stories: Stories;
  const published = new Map<string, string[]>();
  beforeAll(async () => {
    room = await openNewsroom(engine);
    stories = storiesOf(room);
    for (const [name, forms] of Object.entries(families)) {
      const ids: string[] = [];
      for (const form of forms.split(' ')) ids.push((await stories.publish({ text: `قال ${form} هنا` })).id);
      published.set(name, ids);
    }
  });
  afterAll(() => room.close());

  it.each(Object.entries(families))(
    'of the family %s find one another, however they are written',
    async (name, forms) => {
      const expected = published.get(name)?.toSorted();
      for (const form of forms.split(' ')) expect([form, (await stories.find(form)).sort()]).toEqual([form, expected]);
    },
  );

  it('are marked in the texts found, in the form that stands there', async () => {
    const { data } = await stories.search({ q: 'تحالف', sort: 'date' });
    const marked = data.map(
      (hit: { highlight: { snippet: string } }) => /<mark>(.*)<\/mark>/.exec(hit.highlight.snippet)?.[1],
    );
    expect(marked).toContain('والتحالفات');
    expect(marked).toContain('التَّحالُف');
    expect(marked).not.toContain(undefined);
  });

  it('of other families are not found', async () => {
    expect(await stories.find('سيارة')).toEqual([]);
    expect(await stories.find('2025')).toEqual([]);
  });
});
