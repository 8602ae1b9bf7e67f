import { definePage } from '../page.js'

export interface FirstRunPlace {
  readonly view: 'first-run'
}

/** A gateway that knows no plant leads here whoever opens it. */
export const firstRunPage = definePage<FirstRunPlace>({
  view: 'first-run',
  title: { en: 'First steps', zh: '开始使用' },
  foundOn: 'overview',
  parse: (path) => (path === '/first-run' ? { view: 'first-run' } : null),
  pathOf: () => '/first-run',
})
