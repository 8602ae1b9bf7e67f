import { definePage } from '../page.js'

export interface GatewayPlace {
  readonly view: 'gateway'
}

export const gatewayPage = definePage<GatewayPlace>({
  view: 'gateway',
  title: { en: 'Gateway', zh: '网关' },
  link: { place: { view: 'gateway' }, icon: 'gateway', key: 'g' },
  parse: (path) => (path === '/gateway' ? { view: 'gateway' } : null),
  pathOf: () => '/gateway',
})
