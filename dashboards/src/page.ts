import type { Language } from './format.js'

/**
 * A page of the dashboards: all that the frame has to know of it, declared in `page.ts` of its folder and listed in
 * `pages.ts`. Its code is the default export of `CODE-page.tsx` beside it, which is fetched when it is opened.
 */
export interface Page<P extends { readonly view: string }> {
  readonly view: P['view']
  /** Null where the heading is the name of what the page is about. */
  readonly title: Readonly<Record<Language, string>> | null
  /** Its own name when it is absent; pages that are read one after the other come together under one. */
  readonly code?: string
  /** Its entry among the pages beside those of single plants; `icon` is one of `ui/icon.tsx`, `key` opens it behind `g`. */
  readonly link?: { readonly place: P; readonly icon: string; readonly key: string }
  /** The view of the page on which it is found, when it has no link. */
  readonly foundOn?: string
  /** True when it shows a period. */
  readonly hasRange?: boolean
  /** The page of a plant, for those that each plant has beside its own. */
  placeOfPlant?(plant: string): P
  /** The place at an address; null when it is not of this page. `asked` is what stands behind the `?`. */
  parse(path: string, asked: URLSearchParams): P | null
  /** Its address without what is chosen on it. */
  pathOf(place: P): string
  /** Choices that stand behind the `?`. */
  choicesOf?(place: P): Readonly<Record<string, string>>
}

export type PlaceOf<T> = T extends Page<infer P> ? P : never

export function definePage<P extends { readonly view: string }>(page: Page<P>): Page<P> {
  return page
}
