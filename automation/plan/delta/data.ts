/**
 * Types of resources that hold what nothing else does, and what goes when one is deleted or replaced. Google Cloud's and
 * Kubernetes' own backups and grace periods are not counted on.
 */
const HOLDERS: Readonly<Record<string, string>> = {
  "gcp:storage/bucket:Bucket": "its objects",
  "gcp:storage/bucketObject:BucketObject": "the object",
  "gcp:sql/databaseInstance:DatabaseInstance": "its databases and their backups",
  "gcp:sql/database:Database": "its tables",
  "gcp:sql/user:User": "the user's grants",
  "gcp:alloydb/cluster:Cluster": "its databases and their backups",
  "gcp:alloydb/instance:Instance": "the instance; the cluster keeps the data",
  "gcp:spanner/instance:Instance": "its databases",
  "gcp:spanner/database:Database": "its tables",
  "gcp:bigtable/instance:Instance": "its tables",
  "gcp:bigtable/table:Table": "its rows",
  "gcp:bigquery/dataset:Dataset": "its tables",
  "gcp:bigquery/table:Table": "its rows",
  "gcp:firestore/database:Database": "its documents",
  "gcp:firestore/document:Document": "the document",
  "gcp:redis/instance:Instance": "what is cached or kept in it",
  "gcp:redis/cluster:Cluster": "what is cached or kept in it",
  "gcp:memcache/instance:Instance": "what is cached in it",
  "gcp:filestore/instance:Instance": "its files",
  "gcp:compute/disk:Disk": "what is on it",
  "gcp:compute/regionDisk:RegionDisk": "what is on it",
  "gcp:compute/snapshot:Snapshot": "the snapshot",
  "gcp:compute/instance:Instance": "what is on its own disks",
  "gcp:compute/address:Address": "the address: others may have it from then on",
  "gcp:compute/globalAddress:GlobalAddress": "the address: others may have it from then on",
  "gcp:secretmanager/secret:Secret": "its versions",
  "gcp:secretmanager/secretVersion:SecretVersion": "the value",
  "gcp:kms/keyRing:KeyRing": "its keys, and what they encrypt",
  "gcp:kms/cryptoKey:CryptoKey": "its versions, and what they encrypt",
  "gcp:pubsub/topic:Topic": "messages that nobody has had yet; its subscriptions stop",
  "gcp:pubsub/subscription:Subscription": "messages that nobody has had yet",
  "gcp:cloudtasks/queue:Queue": "tasks that are not done yet",
  "gcp:artifactregistry/repository:Repository": "its images and packages",
  "gcp:logging/projectBucketConfig:ProjectBucketConfig": "its log entries",
  "gcp:dns/managedZone:ManagedZone": "its records, and its name servers' names",
  "gcp:container/cluster:Cluster": "everything that runs in it, with its volumes",
  "gcp:organizations/project:Project": "everything in it",
  "kubernetes:core/v1:Namespace": "every object in it, with its volumes",
  "kubernetes:core/v1:PersistentVolumeClaim": "the volume, where it isn't retained",
  "kubernetes:core/v1:PersistentVolume": "the volume, where it isn't retained",
  "kubernetes:core/v1:Secret": "its values",
  "kubernetes:apps/v1:StatefulSet": "the volumes of its claims, where they go with it",
  "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition": "every object of its kind",
  "mongodbatlas:index/project:Project": "everything in it",
  "mongodbatlas:index/advancedCluster:AdvancedCluster": "its databases, and their backups",
  "mongodbatlas:index/cluster:Cluster": "its databases, and their backups",
  "mongodbatlas:index/flexCluster:FlexCluster": "its databases, and their backups",
  "mongodbatlas:index/serverlessInstance:ServerlessInstance": "its databases, and their backups",
  "mongodbatlas:index/databaseUser:DatabaseUser": "the user: whoever logs in as it is refused",
  "random:index/randomPassword:RandomPassword": "the password: whatever uses it gets another one",
  "random:index/randomString:RandomString": "the text: whatever uses it gets another one",
  "random:index/randomBytes:RandomBytes": "the bytes: whatever they encrypt or sign",
  "random:index/randomId:RandomId": "the id: whatever is named after it is replaced",
  "random:index/randomUuid:RandomUuid": "the id: whatever is named after it is replaced",
  "random:index/randomPet:RandomPet": "the name: whatever is named after it is replaced",
  "tls:index/privateKey:PrivateKey": "the key, and what it encrypts or signs",
};

/** What goes with a resource of a type; undefined where nothing does that isn't declared. */
export function heldBy(type: string): string | undefined {
  return Object.hasOwn(HOLDERS, type) ? HOLDERS[type] : undefined;
}

/** The types that hold data. */
export function holdingTypes(): readonly string[] {
  return Object.keys(HOLDERS);
}
