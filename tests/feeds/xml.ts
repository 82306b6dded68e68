import { XmlDocument, type XmlElement } from 'libxml2-wasm';

const namespaces = {
  atom: 'http://www.w3.org/2005/Atom',
  content: 'http://purl.org/rss/1.0/modules/content/',
  dc: 'http://purl.org/dc/elements/1.1/',
  media: 'http://search.yahoo.com/mrss/',
  map: 'http://www.sitemaps.org/schemas/sitemap/0.9',
  news: 'http://www.google.com/schemas/sitemap-news/0.9',
};

/** XML as libxml2 reads it; throws for what is not well-formed. `values` are the texts that an XPath finds. */
export function readXml(xml: string) {
  const document = XmlDocument.fromString(xml);
  const nodes = (path: string, from: XmlElement = document.root) => from.find(path, namespaces);
  const values = (path: string, from?: XmlElement) => nodes(path, from).map((node) => node.content);
  return {
    document,
    values,
    elements: (path: string) => nodes(path) as XmlElement[],
    one(path: string, from?: XmlElement): string {
      const found = values(path, from);
      if (found.length !== 1) throw new Error(`${found.length} of ${path}`);
      return found[0] as string;
    },
  };
}
