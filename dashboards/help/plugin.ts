import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import type { Plugin } from 'vite'
import { documentsOf, type HelpPage, pageOfFile, targetOf, titleOf } from './documents.js'
import { framed } from './frame.js'
import { escaped, type RenderedPage, rendered } from './render.js'
import { searchedPages } from './sections.js'

/** Name under which Vite builds the page that all others are made after. */
export const HELP_PAGE = 'help/page.html'

/**
 * The documents of the repository as pages under `help/`, so that a gateway without the internet has them: written by
 * `markdown-it` into one template, whose style is that of the dashboards. Throws where a document links to what is not there.
 *
 * @param root folder of the repository
 */
export function helpPages(root: string): Plugin {
  return {
    name: 'help-pages',
    enforce: 'post',
    generateBundle(_, bundle) {
      const template = bundle[HELP_PAGE]
      if (template?.type !== 'asset') throw new Error(`Vite has not built ${HELP_PAGE}.`)
      const html = String(template.source)
      delete bundle[HELP_PAGE]
      const { pages, pictures } = everyPage(root)
      for (const [page, { html: text }] of pages) {
        const body = framed(page, text, pages)
        const source = html
          .replace('lang="en"', page.tongue === 'zh' ? 'lang="zh-CN"' : 'lang="en"')
          .replace('<title>Greengauge</title>', () => `<title>${escaped(titleOf(page.text))} · Greengauge</title>`)
          .replace('<!--help-->', () => body)
        this.emitFile({ type: 'asset', fileName: `help/${page.target}`, source })
      }
      for (const tongue of ['en', 'zh'] as const) {
        const source = JSON.stringify(searchedPages(pages, tongue, titleOf))
        this.emitFile({ type: 'asset', fileName: `help/search-${tongue}.json`, source })
      }
      for (const picture of pictures) {
        this.emitFile({
          type: 'asset',
          fileName: posix.join('help', targetOf(picture)),
          source: readFileSync(join(root, picture)),
        })
      }
    },
  }
}

/** The documents, and the files and folders that they link to, until nothing new is found; and the pictures in them. */
function everyPage(root: string) {
  const documents = documentsOf(root)
  const pages = new Map<HelpPage, RenderedPage>()
  const pictures = new Set<string>()
  const waiting = [...documents.values()]
  const known = new Set(documents.keys())
  for (const page of waiting) {
    const one = rendered(page, targetOf)
    pages.set(page, one)
    for (const { source } of one.links) {
      if (/\.(png|svg)$/.test(source)) pictures.add(source)
      else if (!known.has(source) && !/^README(\.zh-CN)?\.md$/.test(source)) {
        known.add(source)
        waiting.push(pageOfFile(root, source))
      }
    }
  }
  return { pages, pictures }
}
