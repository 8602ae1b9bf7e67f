import { language } from '../settings.js'
import { configuration as en } from './words.en.js'
import { configuration as zh } from './words.zh.js'

/** The words of the page of the configuration; they come with it. */
export const configWords = () => (language.value === 'zh' ? zh : en)
