// gRPC server interceptor against calls with foreign host names and origins.
import {
  type ServerInterceptor,
  ServerInterceptingCall,
  ServerListenerBuilder,
  status,
} from '@grpc/grpc-js';
import { findForeign } from '../core/local-access.ts';

export const admitLocalCalls: ServerInterceptor = (_method, call) =>
  new ServerInterceptingCall(call, {
    start: (next) =>
      next(
        new ServerListenerBuilder()
          .withOnReceiveMetadata((metadata, onward) => {
            const [origin] = metadata.get('origin');
            const foreign = findForeign(
              { host: call.getHost(), origin: origin?.toString() },
              { port: call.getConnectionInfo().localPort ?? 0, defaultPort: 80 },
            );
            if (foreign === undefined) onward(metadata);
            else call.sendStatus({ code: status.PERMISSION_DENIED, details: foreign.message });
          })
          .build(),
      ),
  });
