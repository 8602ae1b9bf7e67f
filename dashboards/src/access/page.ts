import { definePage } from '../page.js'

export interface AccessPlace {
  readonly view: 'access'
}

export const accessPage = definePage<AccessPlace>({
  view: 'access',
  title: { en: 'Access', zh: '访问权限' },
  foundOn: 'gateway',
  parse: (path) => (path === '/access' ? { view: 'access' } : null),
  pathOf: () => '/access',
})
