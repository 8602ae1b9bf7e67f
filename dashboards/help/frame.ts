import { posix } from 'node:path'
import type { HelpPage, Tongue } from './documents.js'
import { escaped, type RenderedPage } from './render.js'

interface FrameWords {
  readonly back: string
  readonly other: string
  readonly pages: string
  readonly search: string
  /** Stands where a search finds no section. */
  readonly none: string
}

const WORDS: Readonly<Record<Tongue, FrameWords>> = {
  en: {
    back: 'Back to the gateway',
    other: '中文',
    pages: 'Documents',
    search: 'Search the documents',
    none: 'No section has all of these words.',
  },
  zh: { back: '返回网关', other: 'English', pages: '文档', search: '搜索文档', none: '没有包含全部这些词的章节。' },
}

/** Index of each language, which lists the doors in their order. */
const INDEX: Readonly<Record<Tongue, string>> = { en: 'docs/README.md', zh: 'docs/zh/README.md' }

/** The text of a page with what stands around it: the way back, the other language, and the pages beside it. */
export function framed(page: HelpPage, text: string, pages: ReadonlyMap<HelpPage, RenderedPage>): string {
  const words = WORDS[page.tongue]
  const bySource = new Map([...pages.keys()].map((one) => [one.source, one]))
  const link = (to: HelpPage, label: string, more = '') =>
    `<a href="${relative(page, to)}"${more}>${escaped(label)}</a>`
  const current = (to: HelpPage) => (to === page ? ' aria-current="page"' : '')

  const linked = (from: HelpPage) => {
    const found = new Map<HelpPage, string>()
    for (const { source, text: label } of pages.get(from)?.links ?? []) {
      const to = bySource.get(source)
      if (to !== undefined && label !== '' && !found.has(to)) found.set(to, label)
    }
    return [...found].map(([to, label]) => ({ to, label }))
  }
  const index = bySource.get(INDEX[page.tongue])
  const doors = index === undefined ? [] : linked(index).filter(({ to }) => to.source.endsWith('/README.md'))
  const items = doors.map(({ to, label }) => {
    const isOpen = posix.dirname(page.source) === posix.dirname(to.source)
    const beside = isOpen ? linked(to).filter(({ to: one }) => one.tongue === page.tongue && one !== to) : []
    const list = beside.map((one) => `<li>${link(one.to, one.label, current(one.to))}</li>`).join('')
    return `<li>${link(to, label, current(to))}${list === '' ? '' : `<ul class="help-beside">${list}</ul>`}</li>`
  })
  const other = counterpart(page, bySource)
  return `<header class="help-top">
      ${index === undefined ? '' : link(index, `Greengauge · ${words.pages}`, ' class="help-brand"')}
      <a href="/">${words.back}</a>
      ${searchBox(words)}
      ${other === undefined ? '' : link(other, words.other, ` class="help-tongue" lang="${other.tongue === 'zh' ? 'zh-CN' : 'en'}"`)}
    </header>
    <div class="help-body">
      <main class="help-text">
${text}      </main>
      <nav class="help-side" aria-label="${words.pages}"><ul>${items.join('')}</ul></nav>
    </div>`
}

/** Hidden until the script that searches has come. */
function searchBox({ search, none }: FrameWords): string {
  return `<form class="help-search" role="search" data-none="${escaped(none)}" hidden>
        <input type="search" class="input" role="combobox" aria-controls="help-found" aria-expanded="false" autocomplete="off" spellcheck="false" aria-keyshortcuts="/" aria-label="${escaped(search)}" placeholder="${escaped(search)}  /" />
        <ol id="help-found" class="help-found" role="listbox" aria-label="${escaped(search)}" hidden></ol>
      </form>`
}

/** The same page in the other language; its index where there is no such page. */
function counterpart(page: HelpPage, bySource: ReadonlyMap<string, HelpPage>): HelpPage | undefined {
  const [same, index] =
    page.tongue === 'zh'
      ? [page.source.replace('docs/zh/', 'docs/'), INDEX.en]
      : [page.source.replace(/^docs\//, 'docs/zh/'), INDEX.zh]
  return bySource.get(same) ?? bySource.get(index)
}

function relative(from: HelpPage, to: HelpPage): string {
  return posix.relative(posix.dirname(from.target), to.target)
}
