console.log('intake')
