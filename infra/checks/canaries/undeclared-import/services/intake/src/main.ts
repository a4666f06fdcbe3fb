import { accept } from '@wederhoor/decider/decider'

console.log(accept('MeldingRegistered'))
