import { posix } from 'node:path'
import MarkdownIt from 'markdown-it'
import { Anchors } from './anchors.js'
import type { HelpPage } from './documents.js'
import { type HelpSection, sectionsOf } from './sections.js'

const markdown = new MarkdownIt({ html: true })

/** Han characters and the full-width marks between them. */
const CHINESE = /[\p{Script=Han}\u3000-\u303f\uff00-\uffef“”]/u

// A line that is broken within Chinese text goes on without a space: a browser would show one.
markdown.renderer.rules.softbreak = (tokens, at) => {
  const before = tokens.slice(0, at).findLast(hasText)
  const after = tokens.slice(at + 1).find(hasText)
  const isChinese =
    before?.type === 'text' &&
    after?.type === 'text' &&
    CHINESE.test(before.content.at(-1) ?? '') &&
    CHINESE.test(after.content[0] ?? '')
  return isChinese ? '' : '\n'
}

/** Links of a page to other places of the repository, in their order. */
export interface PageLink {
  /** Path in the repository. */
  readonly source: string
  readonly text: string
}

export interface RenderedPage {
  readonly html: string
  readonly links: readonly PageLink[]
  readonly sections: readonly HelpSection[]
}

/**
 * A page as HTML. Its links lead to the pages of the help, its headings have the anchors of GitHub, and nothing in it has a style of
 * its own, which the content security policy would refuse.
 *
 * @param targetOf where a path of the repository is found below `/help/`
 */
export function rendered(page: HelpPage, targetOf: (source: string) => string): RenderedPage {
  const tokens = markdown.parse(page.text, {})
  const anchors = new Anchors()
  const links: PageLink[] = []
  tokens.forEach((token, at) => {
    const next = tokens[at + 1]
    if (token.type === 'heading_open' && next !== undefined) token.attrSet('id', anchors.of(plainText(next)))
    const style = token.attrGet('style')
    if (style !== null) token.attrs = [['class', String(style).includes('right') ? 'is-right' : 'is-left']]
    const inline = token.children ?? []
    inline.forEach((child, index) => {
      const name = child.type === 'link_open' ? 'href' : child.type === 'image' ? 'src' : null
      const address = String((name === null ? null : child.attrGet(name)) ?? '')
      if (name === null || address === '' || /^([a-z]+:|#)/i.test(address)) return
      const [file = '', anchor] = decodeURI(address).split('#')
      const source = posix.join(posix.dirname(page.source), file).replace(/\/$/, '')
      links.push({ source, text: inline[index + 1]?.content ?? '' })
      const path = posix.relative(posix.dirname(page.target), targetOf(source))
      child.attrSet(name, anchor === undefined ? path : `${path}#${anchor}`)
    })
  })
  // A block that is wider than the page is moved by the arrow keys once it has the focus.
  const html = markdown.renderer.render(tokens, markdown.options, {}).replaceAll('<pre>', '<pre tabindex="0">')
  return { html, links, sections: sectionsOf(tokens) }
}

function hasText({ content }: { readonly content: string }): boolean {
  return content !== ''
}

/** Text of a heading without its marks. */
function plainText(heading: {
  readonly children: readonly { readonly content: string; readonly type: string }[] | null
}) {
  return (heading.children ?? [])
    .filter(({ type }) => type === 'text' || type === 'code_inline')
    .map(({ content }) => content)
    .join('')
}

/** Text that stands in HTML as it is. */
export function escaped(text: string): string {
  return markdown.utils.escapeHtml(text)
}
