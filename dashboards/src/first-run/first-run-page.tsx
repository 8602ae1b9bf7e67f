import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { ConfigAnswer } from '../../../src/views/wire/configuration.js'
import type { GridRegionItem } from '../../../src/views/wire/grid-regions.js'
import { readConfig, readGridRegions } from '../configuration/requests.js'
import { plantsIn } from '../configuration/settings-tree.js'
import type { Answer } from '../gateway/api.js'
import { may } from '../session.js'
import { loadPlants } from '../state.js'
import { ErrorCard } from '../ui/error-card.js'
import { NotAllowed } from '../ui/not-allowed.js'
import { Skeleton } from '../ui/skeleton.js'
import { FirstForm } from './first-form.js'
import { noteLed } from './lead.js'
import { SetUp } from './set-up.js'
import { firstRunWords } from './words.js'
import '../configuration/configuration.css'
import './first-run.css'

/** From a gateway that knows no plant to one that devices can send to. */
export default function FirstRunView() {
  return may('administer') ? <FirstRun /> : <NotAllowed right="administer" />
}

function FirstRun() {
  const asked = useSignal<Answer<ConfigAnswer>>({ kind: 'loading' })
  const regions = useSignal<readonly GridRegionItem[]>([])
  const load = async () => {
    asked.value = await readConfig()
  }
  useEffect(() => {
    noteLed()
    // The name of the other language has to be readable where the system has no Chinese face: one slice of it is fetched.
    void import('@fontsource-variable/noto-sans-sc/index.css')
    void load()
    void readGridRegions().then((answer) => {
      if (answer.kind === 'loaded') regions.value = answer.value.regions
    })
  }, [])
  return <Steps asked={asked} regions={regions.value} load={load} />
}

interface StepsProps {
  readonly asked: Signal<Answer<ConfigAnswer>>
  readonly regions: readonly GridRegionItem[]
  load(): Promise<void>
}

function Steps({ asked, regions, load }: StepsProps) {
  const answer = asked.value
  if (answer.kind === 'failed') {
    return <ErrorCard title={firstRunWords().failed} detail={answer.detail} onRetry={() => void load()} />
  }
  if (answer.kind === 'loading') return <Skeleton class="is-page" />
  const [plant] = plantsIn(answer.value.settings)
  if (plant !== undefined) return <SetUp plant={plant} file={answer.value.file ?? ''} />
  return (
    <FirstForm
      config={answer.value}
      regions={regions}
      readAnew={() => {
        loadPlants()
        return load()
      }}
    />
  )
}
