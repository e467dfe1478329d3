package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"syscall"

	"github.com/spf13/cobra"

	"sparker/experiments"
	"sparker/report/serve"
	"sparker/results"
)

// serveFlags are the flags of the command serve.
type serveFlags struct {
	address string
	hosts   []string
}

// defaultAddress is where serve listens: on this machine alone.
const defaultAddress = "127.0.0.1:8080"

func (a *app) serveCommand() *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use:   "serve RUNS [RUNS ...]",
		Short: "Show the reports of runs in a browser, and follow those that run",
		Long: `serve shows runs in a browser: a list with answers and progress, the report of each
run, and the comparison of any two. RUNS are run folders, and folders of run
folders. Runs that begin later are found, and pages follow runs that go on. Ctrl-C
ends it.

Only this machine can connect, unless --address names another address. There is
then neither a password nor encryption: on a cluster, an SSH tunnel to the default
address is the better way. Nothing is written, and nothing of a run folder can be
asked for except its report and its tables. Requests for names other than
localhost and IP addresses are refused, unless --host gives the name.`,
		Example: `  sparker serve runs
  sparker serve runs/quickstart-0123abcd --address 127.0.0.1:9000
  ssh -L 8080:127.0.0.1:8080 login.cluster.org sparker serve runs`,
		Args: atLeast(1, "RUNS folders"),
		RunE: action(func(ctx context.Context, args []string) error {
			return a.serve(ctx, args, f)
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&f.address, "address", defaultAddress,
		"listen at `HOST:PORT` (port 0: one that is free)")
	flags.StringArrayVar(&f.hosts, "host", nil, "also answer requests for the host `NAME` (can be "+
		"repeated)")
	return cmd
}

// serve shows runs in a browser until the context ends.
func (a *app) serve(ctx context.Context, folders []string, f serveFlags) error {
	var absolute []string
	for _, folder := range folders {
		info, err := os.Stat(folder)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return badInput(fmt.Errorf("%s: there is no such folder", folder))
		case err != nil:
			return badInput(err)
		case !info.IsDir():
			return badInput(fmt.Errorf("%s is a file; want a folder of runs", folder))
		}
		path, err := filepath.Abs(folder)
		if err != nil {
			return err
		}
		absolute = append(absolute, path)
	}
	if host, _, err := net.SplitHostPort(f.address); err != nil || host == "" {
		return usageError("--address is %q; want HOST:PORT, such as %s", f.address, defaultAddress)
	}
	for _, host := range f.hosts {
		if !hostName.MatchString(host) {
			return usageError("--host is %q; want the name of a host without a port, such as "+
				"login.cluster.org", host)
		}
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", f.address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%w; --address 127.0.0.1:0 takes a port that is free", err)
	}
	if err != nil {
		return err
	}
	a.announceFolders(absolute)
	a.fits.answer()
	defer a.fits.end()
	if !serve.IsLoopback(listener.Addr()) {
		fmt.Fprintf(a.stderr, "warning: everybody who reaches %s can read the reports; an SSH "+
			"tunnel to %s keeps them private\n", listener.Addr(), defaultAddress)
	}
	fmt.Fprintf(a.stderr, "serving %s at http://%s/; Ctrl-C ends it\n",
		count(runsUnder(absolute), "run"), listener.Addr())
	return serve.New(shownRuns{}, absolute, f.hosts).Serve(ctx, listener)
}

// hostName matches the names that a host can have.
var hostName = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?` +
	`(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?$`)

// announceFolders says which folders show nothing: those without runs yet, and those that are run
// folders of another program or version.
func (a *app) announceFolders(folders []string) {
	for _, folder := range folders {
		if !results.IsRun(folder) {
			if runsUnder([]string{folder}) == 0 {
				fmt.Fprintf(a.stderr, "warning: %s holds no run yet; runs that begin in it are "+
					"shown\n", folder)
			}
			continue
		}
		if _, err := results.Open(folder); err != nil {
			fmt.Fprintf(a.stderr, "warning: %s\n", message(err))
		}
	}
}

// runsUnder counts the runs that folders are or hold.
func runsUnder(folders []string) (n int) {
	for _, folder := range folders {
		if results.IsRun(folder) {
			n++
			continue
		}
		entries, err := os.ReadDir(folder)
		if err != nil {
			continue // the page says what is there
		}
		for _, e := range entries {
			if e.IsDir() && results.IsRun(filepath.Join(folder, e.Name())) {
				n++
			}
		}
	}
	return n
}

// answer says that requests are answered: a signal ends them instead of the process.
func (f *fitsUnderWay) answer() {
	f.begin(1, nil)
	f.update(experiments.Progress{Total: 1})
}
