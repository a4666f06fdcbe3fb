import '../main.ts'

export const close = 'close'
