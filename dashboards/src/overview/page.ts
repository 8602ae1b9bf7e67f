import { definePage } from '../page.js'

export interface OverviewPlace {
  readonly view: 'overview'
}

export const overviewPage = definePage<OverviewPlace>({
  view: 'overview',
  title: { en: 'Overview', zh: '总览' },
  link: { place: { view: 'overview' }, icon: 'overview', key: 'o' },
  hasRange: true,
  parse: (path) => (path === '/' || path === '' ? { view: 'overview' } : null),
  pathOf: () => '/',
})
