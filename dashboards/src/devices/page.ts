import { chosenPlant, idIn, idsIn, KPI_ID, textIn } from '../address.js'
import { definePage } from '../page.js'

/** `find`: a part of what is looked for; `trouble`: only devices with which something is wrong. */
export interface DevicesPlace {
  readonly view: 'devices'
  readonly plant: string | null
  readonly find?: string
  readonly trouble?: true
}

/** `metric`: whose readings are shown; without one the first of the last message. */
export interface DevicePlace {
  readonly view: 'device'
  readonly plant: string
  readonly device: string
  readonly metric?: string
}

/** Steps to connect a device; `sender`: plant/line/device/class of the one that is meant, as far as they are known. */
export interface ConnectPlace {
  readonly view: 'connect'
  readonly sender?: string
}

const WORDS = /^.{1,64}$/
const SENDER = /^[a-z0-9_/-]{1,210}$/

export const devicesPage = definePage<DevicesPlace>({
  view: 'devices',
  title: { en: 'Devices', zh: '设备' },
  link: { place: { view: 'devices', plant: null }, icon: 'devices', key: 'd' },
  parse: (path, asked) => {
    if (path !== '/devices') return null
    const found = { view: 'devices', plant: idIn(asked, 'plant'), ...textIn(asked, 'find', WORDS) } as const
    return asked.has('trouble') ? { ...found, trouble: true } : found
  },
  pathOf: () => '/devices',
  choicesOf: (place) => ({
    ...chosenPlant(place),
    ...(place.find === undefined ? {} : { find: place.find }),
    ...(place.trouble ? { trouble: '' } : {}),
  }),
})

export const devicePage = definePage<DevicePlace>({
  view: 'device',
  title: null,
  foundOn: 'devices',
  hasRange: true,
  parse: (path, asked) => {
    const [plant, device] = idsIn(path, /^\/plants\/([^/]+)\/devices\/([^/]+)$/) ?? []
    if (plant === undefined || device === undefined) return null
    return { view: 'device', plant, device, ...textIn(asked, 'metric', KPI_ID) }
  },
  pathOf: ({ plant, device }) => `/plants/${plant}/devices/${device}`,
  choicesOf: ({ metric }) => (metric === undefined ? {} : { metric }),
})

export const connectPage = definePage<ConnectPlace>({
  view: 'connect',
  title: { en: 'Connect a device', zh: '接入设备' },
  parse: (path, asked) => (path === '/connect' ? { view: 'connect', ...textIn(asked, 'sender', SENDER) } : null),
  pathOf: () => '/connect',
  choicesOf: ({ sender }) => (sender === undefined ? {} : { sender }),
})
