import { computed } from '@preact/signals'
import { alarmList } from '../alarms/open.js'
import { byUrgency } from '../alarms/urgency.js'
import { pointsOf } from '../series/history.js'
import { catalogue, minuteMs, newestMs, plantList } from '../state.js'
import { referenceFor, STALE_AFTER_MS } from './model.js'
import { tileFigures } from './tiles.js'

/** The plants, most urgent first, as one text: what shows them is drawn anew when the order is another, not before. */
const orderText = computed(() => {
  const figures = catalogue.value.kind === 'loaded' ? tileFigures(catalogue.value.value) : []
  const situations = plantList.value.map((plant) => ({
    plant: plant.id,
    alarms: alarmList.value.filter((alarm) => alarm.plant === plant.id),
    isStale: minuteMs.value - newestMs(plant) > STALE_AFTER_MS,
    missed: figures.filter(({ info, spec: { window } }) => {
      const value = pointsOf({ plant: plant.id, kpi: info.id, window }).value.at(-1)?.value ?? null
      return referenceFor(plant.targets, info.id, window, value)?.isMissed === true
    }).length,
  }))
  return byUrgency(situations, minuteMs.value).join(' ')
})

/** Ids of all plants, most urgent first. */
export const plantOrder = computed(() => (orderText.value === '' ? [] : orderText.value.split(' ')))
