module slipway/definitions

go 1.26

require (
	github.com/GoogleCloudPlatform/gke-gateway-api v1.3.0
	github.com/argoproj/argo-rollouts v1.9.2
	github.com/cert-manager/cert-manager v1.19.1
	github.com/envoyproxy/gateway v1.6.0
	github.com/external-secrets/external-secrets v1.3.2
	github.com/fluxcd/flagger v1.43.0
	github.com/prometheus-operator/prometheus-operator v0.85.0
	sigs.k8s.io/gateway-api v1.4.1
)
