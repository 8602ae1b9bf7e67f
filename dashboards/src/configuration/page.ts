import { definePage } from '../page.js'

export interface ConfigurationPlace {
  readonly view: 'configuration'
}

export const configurationPage = definePage<ConfigurationPlace>({
  view: 'configuration',
  title: { en: 'Configuration', zh: '配置' },
  foundOn: 'gateway',
  parse: (path) => (path === '/configuration' ? { view: 'configuration' } : null),
  pathOf: () => '/configuration',
})
