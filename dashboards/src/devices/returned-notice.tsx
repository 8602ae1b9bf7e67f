import { decimal } from '../format.js'
import { linkTo } from '../nav.js'
import { language, words } from '../settings.js'
import { plantList } from '../state.js'
import { Icon } from '../ui/icon.js'
import { standingOf } from './list.js'

/** One line beside what needs a person, where devices send that are out of service. */
export function ReturnedNotice() {
  const devices = plantList.value.flatMap((plant) => plant.lines.flatMap((line) => line.devices))
  const count = devices.filter((device) => standingOf(device) === 'returned').length
  if (count === 0) return null
  return (
    <p class="card newcomer-notice">
      <Icon name="alert" size={16} />
      <a class="text-link" href={linkTo({ view: 'devices', plant: null, trouble: true })}>
        {words().devices.returnedNotice(decimal(count, 0, language.value))}
      </a>
    </p>
  )
}
