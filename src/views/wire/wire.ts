export { wire } from '../../base/wire/wire.js'
