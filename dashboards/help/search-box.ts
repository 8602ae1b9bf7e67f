import type { Tongue } from './documents.js'
import { candidatesOf, type FoundSection, find } from './find.js'
import type { SearchedPage } from './sections.js'

/** The search of the help in a page: `/` leads to it, arrows choose, Enter opens, Escape leaves. Without a script there is no box. */

const form = document.querySelector<HTMLFormElement>('.help-search')
const box = form?.querySelector('input')
const list = form?.querySelector('ol')
if (form && box && list) searchWith(form, box, list)

function searchWith(form: HTMLFormElement, box: HTMLInputElement, list: HTMLOListElement): void {
  const tongue: Tongue = document.documentElement.lang.startsWith('zh') ? 'zh' : 'en'
  let texts: Promise<ReturnType<typeof candidatesOf>> | null = null
  let marked = 0

  const look = async () => {
    texts ??= fetch(`/help/search-${tongue}.json`)
      .then((answer) => answer.json() as Promise<readonly SearchedPage[]>)
      .then(candidatesOf)
    const candidates = await texts.catch(() => {
      // It is asked for again with the next letter.
      texts = null
      return []
    })
    const found = find(candidates, box.value, tongue)
    list.replaceChildren(...found.map(itemOf))
    if (found.length === 0 && box.value.trim() !== '') list.replaceChildren(nothingItem(form.dataset.none ?? ''))
    show(list.childElementCount > 0)
    mark(0)
  }
  const show = (isOpen: boolean) => {
    list.hidden = !isOpen
    box.setAttribute('aria-expanded', String(isOpen))
  }
  const links = () => [...list.querySelectorAll('a')]
  const mark = (place: number) => {
    const all = links()
    marked = all.length === 0 ? 0 : (place + all.length) % all.length
    all.forEach((link, at) => {
      link.setAttribute('aria-selected', String(at === marked))
      link.id = `found-${at}`
    })
    if (all.length === 0) box.removeAttribute('aria-activedescendant')
    else box.setAttribute('aria-activedescendant', `found-${marked}`)
    all[marked]?.scrollIntoView({ block: 'nearest' })
  }

  form.hidden = false
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    links()[marked]?.click()
  })
  list.addEventListener('click', () => show(false))
  box.addEventListener('input', () => void look())
  box.addEventListener('focus', () => show(list.childElementCount > 0))
  box.addEventListener('keydown', (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (by !== undefined) {
      event.preventDefault()
      mark(marked + by)
    } else if (event.key === 'Escape') {
      show(false)
      box.blur()
    }
  })
  form.addEventListener('focusout', ({ relatedTarget }) => {
    if (!form.contains(relatedTarget as Node | null)) show(false)
  })
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.target === box) return
    event.preventDefault()
    box.focus()
    box.select()
  })
}

function itemOf({ address, heading, title, around: [before, word, after] }: FoundSection): HTMLLIElement {
  const link = document.createElement('a')
  link.href = `/help/${address}`
  link.setAttribute('role', 'option')
  link.tabIndex = -1
  const text = element('span', 'help-found-text', before)
  text.append(element('mark', '', word), after)
  link.append(element('strong', '', heading), element('span', 'help-found-page', heading === title ? '' : title), text)
  const item = document.createElement('li')
  item.setAttribute('role', 'presentation')
  item.append(link)
  return item
}

function nothingItem(words: string): HTMLLIElement {
  const item = element('li', 'help-found-none', words)
  item.setAttribute('role', 'presentation')
  return item
}

function element<Name extends 'li' | 'mark' | 'span' | 'strong'>(name: Name, className: string, text: string) {
  const made = document.createElement(name)
  if (className !== '') made.className = className
  made.textContent = text
  return made
}
