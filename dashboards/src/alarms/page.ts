import { chosenPlant, idIn } from '../address.js'
import { definePage } from '../page.js'

/** Choices of alarms in a list: those that are open or a part of them, or those of the page's range. */
export const ALARM_SHOWS = ['open', 'active', 'unacknowledged', 'shelved', 'history'] as const
export type AlarmShow = (typeof ALARM_SHOWS)[number]

export interface AlarmsPlace {
  readonly view: 'alarms'
  readonly plant: string | null
  /** The one whose details are open: its id, behind its plant and a | where the list is of all plants. */
  readonly alarm: string | null
  /** Alarms that are shown; those that are open where nothing is said. */
  readonly show?: AlarmShow | undefined
}

const ALARM_ID = /^[^\s/?#]{1,300}$/

export const alarmsPage = definePage<AlarmsPlace>({
  view: 'alarms',
  title: { en: 'Alarms', zh: '报警' },
  link: { place: { view: 'alarms', plant: null, alarm: null }, icon: 'bell', key: 'a' },
  hasRange: true,
  parse: (path, asked) => {
    if (path !== '/alarms') return null
    return {
      view: 'alarms',
      plant: idIn(asked, 'plant'),
      alarm: idIn(asked, 'alarm', ALARM_ID),
      show: ALARM_SHOWS.find((show) => show === asked.get('show')),
    }
  },
  pathOf: () => '/alarms',
  choicesOf: (place) => ({
    ...chosenPlant(place),
    ...(place.show === undefined || place.show === 'open' ? {} : { show: place.show }),
    ...(place.alarm === null ? {} : { alarm: place.alarm }),
  }),
})
