import { existsSync } from 'node:fs'
import { posix } from 'node:path'

/** The parts of a page in Markdown that must be the same in each language. */
export interface PageShape {
  /** Levels of the headings, in order. */
  readonly headings: readonly number[]
  /** Lines of the code blocks, without their comments. */
  readonly code: readonly string[]
  /** Names in the text between backticks (settings, commands, files, fields), each once, in order of the alphabet. */
  readonly names: readonly string[]
  /**
   * Targets of links and pictures, in order of the alphabet; pages that exist in both languages by their English path. A link
   * to the page itself or to its translation is left out.
   */
  readonly links: readonly string[]
}

const GENERATED = /<!-- table:\w+ -->[\s\S]*?<!-- \/table -->/g
const FENCE = /^```[^\n]*\n([\s\S]*?)^```$/gm
const COMMENT = /\s+(?:#|\/\/)\s.*$|^#\s.*$/

/** @param path of the page, from the root of the repository */
export function shapeOf(path: string, text: string): PageShape {
  const written = text.replace(GENERATED, '')
  const code = [...written.matchAll(FENCE)].flatMap(([, block]) => block!.split('\n').map(withoutComment))
  const prose = written.replace(FENCE, '')
  return {
    headings: [...prose.matchAll(/^(#+) /gm)].map(([, marks]) => marks!.length),
    code: code.filter((line) => line !== ''),
    names: eachOnce([...prose.matchAll(/`([^`]+)`/g)].map(([, name]) => name!.replace(/\s+/g, ' '))),
    links: eachOnce(
      [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, target]) => inEnglish(path, target!))
        .filter((target) => target !== englishPath(path)),
    ),
  }
}

/** The text of a page without tables made from code, code blocks, and names in backticks. */
export function proseOf(text: string): string {
  return text
    .replace(GENERATED, '')
    .replace(FENCE, '')
    .replace(/`[^`]+`/g, '')
}

function withoutComment(line: string): string {
  return line.replace(COMMENT, '').replace(/\s+/g, ' ').trim()
}

function eachOnce(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort()
}

/** The page in English that stands for a page in Chinese, from the root of the repository. */
export function englishPath(path: string): string {
  return path.replace(/^docs\/zh\//, 'docs/').replace(/^README\.zh-CN\.md$/, 'README.md')
}

/** Sections are named in the language of their page, so only links to pages in one language keep them. */
function inEnglish(path: string, target: string): string {
  if (/^https?:/.test(target)) return target
  const [file, section = ''] = target.split('#')
  const whole = file === '' ? path : posix.join(posix.dirname(path), file!)
  const english = englishPath(whole)
  const isInBoth = english !== whole || existsSync(chinesePath(english))
  return isInBoth || section === '' ? english : `${english}#${section}`
}

/** The page in Chinese that stands for a page in English. */
export function chinesePath(path: string): string {
  return path === 'README.md' ? 'README.zh-CN.md' : path.replace(/^docs\//, 'docs/zh/')
}
