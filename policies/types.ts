/** Pulumi's tokens of the resource types that several policies look at. */
export const CLOUD_RUN_SERVICE = "gcp:cloudrunv2/service:Service";
export const CLOUD_RUN_JOB = "gcp:cloudrunv2/job:Job";
export const BUCKET = "gcp:storage/bucket:Bucket";
export const SECRET = "gcp:secretmanager/secret:Secret";
export const TOPIC = "gcp:pubsub/topic:Topic";
export const URL_MAP = "gcp:compute/uRLMap:URLMap";
export const REGION_URL_MAP = "gcp:compute/regionUrlMap:RegionUrlMap";
export const TARGET_HTTP_PROXY = "gcp:compute/targetHttpProxy:TargetHttpProxy";
export const REGION_TARGET_HTTP_PROXY = "gcp:compute/regionTargetHttpProxy:RegionTargetHttpProxy";
export const ATLAS_CLUSTER = "mongodbatlas:index/advancedCluster:AdvancedCluster";
export const ATLAS_BACKUP_SCHEDULE = "mongodbatlas:index/cloudBackupSchedule:CloudBackupSchedule";
