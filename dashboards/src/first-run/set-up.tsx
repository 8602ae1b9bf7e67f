import type { PlantSetting } from '../configuration/settings-tree.js'
import { linkTo } from '../nav.js'
import type { Place } from '../pages.js'
import { language } from '../settings.js'
import { firstRunWords } from './words.js'

interface SetUpProps {
  readonly plant: PlantSetting
  readonly file: string
}

/** There is a plant: the ways on from here. */
export function SetUp({ plant, file }: SetUpProps) {
  const w = firstRunWords().done
  const { name = {} } = plant
  const called = name[language.value] ?? name.en ?? name.zh ?? plant.id
  const ways: readonly (readonly [place: Place, text: string, hint: string])[] = [
    [{ view: 'connect' }, w.connect, w.connectHint],
    [{ view: 'devices', plant: null }, w.newcomers, w.newcomersHint],
    [{ view: 'configuration' }, w.configuration, w.configurationHint],
    [{ view: 'access' }, w.access, w.accessHint],
    [{ view: 'overview' }, w.overview, w.overviewHint],
    [{ view: 'reports', plant: null }, w.reports, w.reportsHint],
  ]
  return (
    <section class="card first-steps" aria-label={w.title(called)}>
      <h2>{w.title(called)}</h2>
      <p class="faint">{w.begun(file)}</p>
      <p>{w.next}</p>
      <ul class="first-ways">
        {ways.map(([place, text, hint], at) => (
          <li key={text}>
            <a class={at === 0 ? 'button is-primary' : 'button'} href={linkTo(place)}>
              {text}
            </a>
            <span>{hint}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
