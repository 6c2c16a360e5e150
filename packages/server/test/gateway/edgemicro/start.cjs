// Starts Edge Microgateway out of its own packages, as its command line does: it loads what `source` names, from the
// plane, and puts its own plugin `apikeys` in front. A plugin of the operator's hands on who calls.
const loader = require('microgateway-config');
const gateway = require('microgateway-core');
const { apikeys } = require('microgateway-plugins');

const [source, org, env] = process.argv.slice(2);
const keys = { key: process.env.GATEWAY_KEY, secret: process.env.GATEWAY_SECRET };

const tellWhoCalls = () => ({
  onrequest(request, _response, next) {
    const { application_name: app, developer_email: developer } = request.token;
    request.headers['x-told'] = encodeURIComponent(JSON.stringify({ app, developer, product: request.api_product }));
    next();
  },
});

loader.get({ source, keys, org, env }, (error, config) => {
  if (error) throw error;
  // As the command line of Edge Microgateway does.
  Object.assign(config.apikeys, keys);
  const running = gateway(config);
  running.addPlugin('apikeys', apikeys.init, ['apikeys', 'tell']);
  running.addPlugin('tell', tellWhoCalls, ['apikeys', 'tell']);
  running.start((failure) => {
    if (failure) throw failure;
    console.log('LISTENING');
  });
});
process.once('disconnect', () => process.exit());
