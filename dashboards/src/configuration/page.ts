import { textIn } from '../address.js'
import { definePage } from '../page.js'

export interface ConfigurationPlace {
  readonly view: 'configuration'
  /** Plant, or `plant/device`, that is looked for to take it out. */
  readonly of?: string
  /** Section whose form for a new element is looked for. */
  readonly add?: string
}

const SECTION = /^[a-z_]{1,64}$/
const OF = /^[a-z0-9_-]{1,64}(\/[a-z0-9_-]{1,64})?$/

export const configurationPage = definePage<ConfigurationPlace>({
  view: 'configuration',
  title: { en: 'Configuration', zh: '配置' },
  foundOn: 'gateway',
  parse: (path, asked) =>
    path === '/configuration'
      ? { view: 'configuration', ...textIn(asked, 'of', OF), ...textIn(asked, 'add', SECTION) }
      : null,
  pathOf: () => '/configuration',
  choicesOf: ({ of, add }) => ({ ...(of === undefined ? {} : { of }), ...(add === undefined ? {} : { add }) }),
})
