import Fastify from 'fastify'

export const caseList = () => [String(Fastify)]
