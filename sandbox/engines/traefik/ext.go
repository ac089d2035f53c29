// Package ext is where builds of Traefik add options of their own; this one adds none.
package ext

// HTTP is what a build adds to the options of HTTP.
type HTTP struct{}

// Router is what a build adds to the options of a router.
type Router struct{}
