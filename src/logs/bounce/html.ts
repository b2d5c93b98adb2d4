const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', nbsp: ' ', '#39': "'" }

/** Reads the words of a notice that is HTML alone; what is shown how does not matter to it. */
export function textOfHtml(html: string): string {
  return html
    .replace(/<(style|script)\b[^<>]{0,1000}>[^<]{0,20000}/gi, '')
    .replace(/<(?:br|\/p|\/div|\/tr|\/li|\/h\d|\/td)\b[^<>]{0,1000}>/gi, '\n')
    .replace(/<[^<>]{1,2000}>/g, '')
    .replace(/&([a-z]{2,4}|#39);/g, (entity, name: string) => entities[name] ?? entity)
    .replace(/[ \t\u00a0]{2,}/g, ' ')
    .trim()
}
