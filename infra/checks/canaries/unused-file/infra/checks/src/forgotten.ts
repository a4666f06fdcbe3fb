console.log('nobody runs this')
