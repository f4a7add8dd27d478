import './create-instances.ts';
import './restore-cluster.ts';
import './restore-to-time.ts';
