import { startBroker } from '/work/main/local/bus/broker.ts';
import { ServiceBusClient } from '@azure/service-bus';
const b = await startBroker({ queues: [{name:'q',requiresSession:false,lockDurationSeconds:30,maxDeliveryCount:3},{name:'s',requiresSession:true,lockDurationSeconds:30,maxDeliveryCount:3}]});
const which = process.argv[2];
const c = new ServiceBusClient(b.connectionString, {retryOptions:{retryDelayInMs:200, maxRetries: 1, timeoutInMs: 2000}});
if (which==='0') { await c.createSender('q').sendMessages({body:1}); }
if (which==='1') try { await c.createSender('nope').sendMessages({body:1}) } catch (e) { console.log((e as any).code) }
if (which==='2') try { await c.createReceiver('nope').receiveMessages(1,{maxWaitTimeInMs:100}) } catch (e) { console.log((e as any).code) }
if (which==='3') try { await c.acceptNextSession('s') } catch (e) { console.log((e as any).code) }
if (which==='4') { const r = await c.createReceiver('q').receiveMessages(1,{maxWaitTimeInMs:100}); }
console.log('closing'); await c.close(); console.log('c closed'); await b.close(); console.log('closed')
