export const readPort = () => process.env['PORT'] ?? '0'
