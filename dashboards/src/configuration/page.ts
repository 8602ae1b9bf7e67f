import { textIn } from '../address.js'
import { definePage } from '../page.js'

export interface ConfigurationPlace {
  readonly view: 'configuration'
  /** Plant, or `plant/device`, that is looked for to take it out. */
  readonly of?: string
}

const OF = /^[a-z0-9_-]{1,64}(\/[a-z0-9_-]{1,64})?$/

export const configurationPage = definePage<ConfigurationPlace>({
  view: 'configuration',
  title: { en: 'Configuration', zh: '配置' },
  foundOn: 'gateway',
  parse: (path, asked) => (path === '/configuration' ? { view: 'configuration', ...textIn(asked, 'of', OF) } : null),
  pathOf: () => '/configuration',
  choicesOf: ({ of }) => (of === undefined ? {} : { of }),
})
