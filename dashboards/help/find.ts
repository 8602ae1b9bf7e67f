import type { Tongue } from './documents.js'
import type { HelpSection, SearchedPage } from './sections.js'

/** Search over the sections of the help: each word that was asked for has to be in a section, its heading or its page's title. */

/** A section, with its texts in small letters to be compared. */
interface Candidate {
  readonly page: SearchedPage
  readonly section: HelpSection
  readonly title: string
  readonly heading: string
  readonly text: string
}

export interface FoundSection {
  /** Path below `/help/`, with the anchor of the heading. */
  readonly address: string
  readonly heading: string
  /** Title of the page. */
  readonly title: string
  /** A piece of the text around the first word: what stands before it, the word, and what follows. */
  readonly around: readonly [before: string, word: string, after: string]
}

const FOUND_MAX = 12
const WORDS_MAX = 8
const BEFORE_CHARS = 40
const AFTER_CHARS = 110

export function candidatesOf(pages: readonly SearchedPage[]): readonly Candidate[] {
  return pages.flatMap((page) =>
    page.sections.map((section) => ({
      page,
      section,
      title: page.title.toLowerCase(),
      heading: section.heading.toLowerCase(),
      text: section.text.toLowerCase(),
    })),
  )
}

/** Words of what was asked: Chinese has no spaces between its words, so the browser's dictionary finds them. */
export function wordsOf(asked: string, tongue: Tongue): readonly string[] {
  const pieces = asked.normalize('NFKC').toLowerCase().split(/\s+/).filter(Boolean)
  const words = pieces.flatMap((piece) => (/\p{Script=Han}/u.test(piece) ? chineseWords(piece, tongue) : [piece]))
  return [...new Set(words)].slice(0, WORDS_MAX)
}

function chineseWords(piece: string, tongue: Tongue): readonly string[] {
  // Older browsers have no dictionary: what was typed is then looked for as a whole.
  if (typeof Intl.Segmenter === 'undefined') return [piece]
  const segments = new Intl.Segmenter(tongue, { granularity: 'word' }).segment(piece)
  return [...segments].filter(({ isWordLike }) => isWordLike).map(({ segment }) => segment)
}

/** Sections that have every word, the best first: one that names the words in its heading, then in the title of its page. */
export function find(candidates: readonly Candidate[], asked: string, tongue: Tongue): readonly FoundSection[] {
  const words = wordsOf(asked, tongue)
  if (words.length === 0) return []
  const whole = asked.trim().normalize('NFKC').toLowerCase()
  return candidates
    .map((candidate) => ({ candidate, score: scoreOf(candidate, words, whole) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, FOUND_MAX)
    .map(({ candidate: { page, section, text } }) => ({
      address: section.anchor === '' ? page.path : `${page.path}#${encodeURIComponent(section.anchor)}`,
      heading: section.heading,
      title: page.title,
      around: aroundOf(section.text, text, [whole, ...words]),
    }))
}

/** Rank of the page that lists every setting or metric, where the name of one is asked for. */
const LISTED = 12

/** 0 where a word is missing. */
function scoreOf({ page, title, heading, text }: Candidate, words: readonly string[], whole: string): number {
  let score = 0
  for (const word of words) {
    const inHeading = heading.includes(word)
    const inTitle = title.includes(word)
    if (!inHeading && !inTitle && !text.includes(word)) return 0
    score += (inHeading ? 8 : 0) + (inTitle ? 4 : 0) + 1
    if (beginsWord(heading, word) || beginsWord(text, word)) score += 2
  }
  if (heading.includes(whole)) score += 8
  if (heading === whole || title === whole) score += 16
  if (/[a-z][._][a-z]/.test(whole) && page.path.startsWith('reference/')) score += LISTED
  return text.includes(whole) ? score + 3 : score
}

function beginsWord(text: string, word: string): boolean {
  const at = text.indexOf(word)
  return at === 0 || (at > 0 && !/[\p{L}\p{N}]/u.test(text[at - 1]!))
}

function aroundOf(text: string, small: string, wanted: readonly string[]): FoundSection['around'] {
  const word = wanted.find((one) => small.includes(one))
  // Small letters of some languages are longer than their capitals: then the places of the two texts differ.
  if (word === undefined || small.length !== text.length) return [text.slice(0, BEFORE_CHARS + AFTER_CHARS), '', '']
  const at = small.indexOf(word)
  const from = Math.max(0, at - BEFORE_CHARS)
  const end = at + word.length
  const before = `${from > 0 ? '…' : ''}${text.slice(from, at)}`
  const after = text.slice(end, end + AFTER_CHARS)
  return [before, text.slice(at, end), end + AFTER_CHARS < text.length ? `${after}…` : after]
}
