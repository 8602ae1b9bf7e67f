import { definePage } from '../page.js'

export interface OpcuaPlace {
  readonly view: 'opcua'
}

export const opcuaPage = definePage<OpcuaPlace>({
  view: 'opcua',
  title: { en: 'OPC UA servers', zh: 'OPC UA 服务器' },
  foundOn: 'devices',
  parse: (path) => (path === '/opcua' ? { view: 'opcua' } : null),
  pathOf: () => '/opcua',
})
