import type { HelpPage, Tongue } from './documents.js'

/** A token of Markdown, as far as the search looks at it. */
interface MarkdownToken {
  readonly type: string
  readonly content: string
  readonly children: readonly { readonly type: string; readonly content: string }[] | null
  attrGet(name: string): string | number | null
}

/** A heading with the text up to the next one, as it is read: without marks of Markdown. */
export interface HelpSection {
  readonly anchor: string
  readonly heading: string
  readonly text: string
}

/** A page as the search knows it. */
export interface SearchedPage {
  /** Path below `/help/`. */
  readonly path: string
  readonly title: string
  readonly sections: readonly HelpSection[]
}

/** Sections of a parsed page whose headings have their anchors. */
export function sectionsOf(tokens: readonly MarkdownToken[]): readonly HelpSection[] {
  const sections: { anchor: string; heading: string; text: string }[] = []
  tokens.forEach((token, at) => {
    const text = wordsOf(token)
    if (text === '') return
    const opening = tokens[at - 1]
    if (opening?.type === 'heading_open') {
      sections.push({ anchor: String(opening.attrGet('id') ?? ''), heading: text, text: '' })
    } else {
      const section = sections.at(-1)
      if (section !== undefined) section.text += section.text === '' ? text : ` ${text}`
    }
  })
  return sections
}

function wordsOf({ type, content, children }: MarkdownToken): string {
  if (type === 'fence' || type === 'code_block') return content.trim()
  const words = (children ?? []).map((child) => (/break$/.test(child.type) ? ' ' : child.content)).join('')
  // A line that is broken within Chinese text goes on without a space.
  return words.replaceAll(/(?<=[\p{Script=Han}，。、；：]) (?=\p{Script=Han})/gu, '').trim()
}

/** Doors in the order in which they are found where two pages fit as well as each other. */
const DOORS = ['use/', 'operate/', 'reference/', 'understand/']

/** Pages that the search of a language goes through: those of the language, and the reference, which is there in English alone. */
export function searchedPages(
  pages: ReadonlyMap<HelpPage, { readonly sections: readonly HelpSection[] }>,
  tongue: Tongue,
  titleOf: (text: string) => string,
): readonly SearchedPage[] {
  const rank = (path: string) => {
    const place = DOORS.findIndex((door) => path.replace(/^zh\//, '').startsWith(door))
    return place === -1 ? DOORS.length : place
  }
  return [...pages]
    .filter(([{ source }]) => source.startsWith('docs/'))
    .filter(([page]) => page.tongue === tongue || page.source.startsWith('docs/reference/'))
    .map(([{ target, text }, { sections }]) => ({ path: target, title: titleOf(text), sections }))
    .sort((a, b) => rank(a.path) - rank(b.path))
}
