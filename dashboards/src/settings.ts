import { effect, signal } from '@preact/signals'
import { LANGUAGES, type Language } from './format.js'
import { type Dictionary, en } from './i18n/en.js'
import { zh } from './i18n/zh.js'

/** What the reader has chosen for this browser. Nothing chosen: the theme and language of the system. */

const DICTIONARIES: Readonly<Record<Language, Dictionary>> = { en, zh }

function remembered(key: string): string | null {
  try {
    return localStorage.getItem(`greengauge.${key}`)
  } catch {
    return null // storage is refused in some private windows
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`greengauge.${key}`, value)
  } catch {
    // Then the choice lasts as long as the page.
  }
}

const systemLanguage: Language = navigator.language.startsWith('zh') ? 'zh' : 'en'
export const language = signal<Language>(LANGUAGES.find((l) => l === remembered('language')) ?? systemLanguage)

const systemDark = matchMedia('(prefers-color-scheme: dark)')
const chosenTheme = remembered('theme')
export const isDark = signal(chosenTheme === null ? systemDark.matches : chosenTheme === 'dark')

/** The words of the language in use. */
export const words = (): Dictionary => DICTIONARIES[language.value]

export function chooseLanguage(chosen: Language): void {
  language.value = chosen
  remember('language', chosen)
}

export function chooseDark(dark: boolean): void {
  isDark.value = dark
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
  remember('theme', dark ? 'dark' : 'light')
}

/** Who acts on alarms at this browser, as they have said themselves; '' before. */
export const operator = signal(remembered('operator') ?? '')

export function chooseOperator(name: string): void {
  operator.value = name
  remember('operator', name)
}

/** Whether alarms that need a person at once are heard. */
export const isLoud = signal(remembered('sound') === 'on')

export function chooseLoud(loud: boolean): void {
  isLoud.value = loud
  remember('sound', loud ? 'on' : 'off')
}

systemDark.addEventListener('change', () => {
  if (document.documentElement.dataset.theme === undefined) isDark.value = systemDark.matches
})

effect(() => {
  document.documentElement.lang = language.value === 'zh' ? 'zh-CN' : 'en'
  // A hundred slices of a face, declared only where Chinese is read and fetched only where the system has none.
  if (language.value === 'zh') void import('@fontsource-variable/noto-sans-sc/index.css')
})

/** Who says something on this browser: asked once, and kept with what it said. */
export const personName = signal(remembered('person') ?? '')

export function rememberPerson(name: string): void {
  personName.value = name
  remember('person', name)
}
