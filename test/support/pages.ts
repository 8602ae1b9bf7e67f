import type { Place } from '../../dashboards/src/pages.js'
import { plantPlaceOf } from '../../dashboards/src/plant/page.js'
import { FIRST_KEPT, hrefOf, type Kept } from '../../dashboards/src/route.js'

/** Every page there is, by the name of its picture, for a plant that has such a line, device and report. */
export function pagesOf(
  plant: string,
  line: string,
  device: string,
  report: string | null = null,
): Readonly<Record<string, string>> {
  const address = (place: Place, kept: Partial<Kept> = {}) => `/${hrefOf({ ...place, ...FIRST_KEPT, ...kept })}`
  return {
    overview: address({ view: 'overview' }),
    compared: address({ view: 'overview' }, { compare: true }),
    wall: address({ view: 'overview' }, { wall: true }),
    plant: address(plantPlaceOf(plant)),
    energy: address({ view: 'energy', plant }),
    outlook: address({ view: 'outlook', plant }),
    centre: address({ view: 'centre', plant }),
    line: address(plantPlaceOf(plant, line)),
    devices: address({ view: 'devices', plant: null }),
    device: address({ view: 'device', plant, device }),
    alarms: address({ view: 'alarms', plant: null, alarm: null }),
    reports: address({ view: 'reports', plant: null }),
    ...(report === null
      ? {}
      : {
          report: address({ view: 'report', report, version: null }),
          lineage: address({ view: 'report', report, version: 1, figure: `${plant}/scope2_lb` }),
        }),
    figures: address({ view: 'figures', plant }),
    entries: address({ view: 'entries', plant }),
    market: address({ view: 'market', plant }),
    gateway: address({ view: 'gateway' }),
    connect: address({ view: 'connect' }),
    opcua: address({ view: 'opcua' }),
    'first-run': address({ view: 'first-run' }),
  }
}
