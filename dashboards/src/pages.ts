import { accessPage } from './access/page.js'
import { alarmsPage } from './alarms/page.js'
import { centrePage } from './centre/page.js'
import { configurationPage } from './configuration/page.js'
import { connectPage, devicePage, devicesPage } from './devices/page.js'
import { energyPage } from './energy-use/page.js'
import { entriesPage } from './entries/page.js'
import { firstRunPage } from './first-run/page.js'
import { gatewayPage } from './gateway/page.js'
import { marketPage } from './market/page.js'
import { opcuaPage } from './opcua/page.js'
import { outlookPage } from './outlook/page.js'
import { overviewPage } from './overview/page.js'
import type { Page, PlaceOf } from './page.js'
import { plantPage } from './plant/page.js'
import { figuresPage, reportPage, reportsPage } from './reports/page.js'

/** All pages; those with a link stand in the side bar in this order. A new one is a folder, and a line here. */
export const PAGES = [
  overviewPage,
  firstRunPage,
  alarmsPage,
  devicesPage,
  devicePage,
  connectPage,
  opcuaPage,
  reportsPage,
  reportPage,
  figuresPage,
  entriesPage,
  marketPage,
  gatewayPage,
  configurationPage,
  accessPage,
  plantPage,
  energyPage,
  outlookPage,
  centrePage,
] as const

/** View that is looked at, with its subject. */
export type Place = PlaceOf<(typeof PAGES)[number]>
export type View = Place['view']

const BY_VIEW: ReadonlyMap<View, Page<Place>> = new Map(
  PAGES.map((page) => [page.view, page as unknown as Page<Place>] as const),
)

/** The page of a view, which takes places of that view alone. */
export function pageOf(view: View): Page<Place> {
  return BY_VIEW.get(view)!
}

/** Links to pages beside those of single plants, in their order. */
export const LINKS = PAGES.flatMap(({ link }): readonly NonNullable<Page<Place>['link']>[] => (link ? [link] : []))

/** Pages that each plant has beside its own. */
export const OF_EACH_PLANT = [...BY_VIEW.values()].flatMap(({ view, placeOfPlant }) =>
  placeOfPlant === undefined ? [] : [{ view, placeOfPlant }],
)
