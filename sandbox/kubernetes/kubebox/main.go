// Command kubebox is etcd, Kubernetes' control plane, its node agents, kubectl and kwok in one binary: the first
// argument, or the name that the binary is called by, says which.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	kubectl "k8s.io/kubectl/pkg/cmd"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	kcm "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
	"sigs.k8s.io/kwok/pkg/config"
	kwok "sigs.k8s.io/kwok/pkg/kwok/cmd"
	kwoklog "sigs.k8s.io/kwok/pkg/log"
	"sigs.k8s.io/kwok/pkg/utils/signals"
)

const self = "kubebox"

// Commands of Kubernetes' own framework.
var kubernetes = map[string]func() *cobra.Command{
	"kube-apiserver":          apiserver.NewAPIServerCommand,
	"kube-controller-manager": kcm.NewControllerManagerCommand,
	"kube-scheduler":          func() *cobra.Command { return scheduler.NewSchedulerCommand() },
	"kube-proxy":              proxy.NewProxyCommand,
	"kubelet":                 func() *cobra.Command { return kubelet.NewKubeletCommand(context.Background()) },
	"kubectl":                 kubectl.NewDefaultKubectlCommand,
}

// Commands that return when they are done.
var others = map[string]func(args []string) error{
	"etcd":        func(args []string) error { etcdmain.Main(append([]string{"etcd"}, args...)); return nil },
	"kwok":        func([]string) error { return runKwok() },
	"pki":         runPKI,
	"self-signed": runSelfSigned,
}

func main() {
	name := filepath.Base(os.Args[0])
	if strings.HasPrefix(name, self) {
		if len(os.Args) < 2 {
			fail(2, "usage: kubebox etcd|kube-apiserver|kube-controller-manager|kube-scheduler|kube-proxy|kubelet|kubectl|kwok|pki|self-signed [flags]")
		}
		os.Args = os.Args[1:]
		name = os.Args[0]
	}
	if make, ok := kubernetes[name]; ok {
		command := make()
		command.SetArgs(os.Args[1:])
		os.Exit(cli.Run(command))
	}
	run, ok := others[name]
	if !ok {
		fail(2, fmt.Sprintf("kubebox has no component %q", name))
	}
	if err := run(os.Args[1:]); err != nil {
		fail(1, fmt.Sprintf("%s: %v", name, err))
	}
}

func fail(code int, message string) {
	fmt.Fprintln(os.Stderr, message)
	os.Exit(code)
}

// runKwok starts kwok as its own main function does.
func runKwok() error {
	// k8s.io/component-base registers a --version flag for every command, and kwok adds all such flags to its own one.
	pflag.CommandLine = pflag.NewFlagSet("kwok", pflag.ExitOnError)
	flags := pflag.NewFlagSet("global", pflag.ContinueOnError)
	flags.ParseErrorsAllowlist.UnknownFlags = true
	flags.Usage = func() {}
	ctx, _ := kwoklog.InitFlags(signals.SetupSignalContext(), flags)
	ctx, err := config.InitFlags(ctx, flags)
	if err != nil {
		return err
	}
	command := kwok.NewCommand(ctx)
	command.PersistentFlags().AddFlagSet(flags)
	return command.ExecuteContext(ctx)
}
