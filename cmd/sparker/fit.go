package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"sparker/configs"
	"sparker/data/tables"
	"sparker/experiments"
)

type fitFlags struct {
	paths  experiments.FitPaths
	out    string
	asJSON bool
}

func (a *app) fitCommand() *cobra.Command {
	var f fitFlags
	cmd := &cobra.Command{
		Use:   "fit --reference FILE --data FILE --out FOLDER [key.path=value ...]",
		Short: "Fit the kernels to two samples once, without a p-value",
		Long: `fit fits the kernels to two tables (.npy, .npz, .csv, .parquet, .h5 or .root;
FILE:key names a part of a file that holds several). It prints the statistic at
every scale and writes fit.json, with the centroids and coefficients, and figures.
Nothing is calibrated; sparker test gives a p-value.

The keys of the blocks model, loss and train can be set, and seed,
data.standardize, data.counting and data.expected. The rows of the reference weigh
N_D/N_R, on average if --weight names a column of their weights. With
data.counting=extended and data.expected=N, the reference stands for N events
instead.`,
		Example: `  sparker fit --reference R.npy --data D.npy --out fit
  sparker fit --reference R.npy --data D.npy --out fit model.kernels=10 train.epochs=500`,
		RunE: action(func(ctx context.Context, args []string) error {
			return a.fit(ctx, args, f)
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&f.paths.Data, "data", "", "the data sample, a `FILE`")
	flags.StringVar(&f.paths.Reference, "reference", "", "the reference sample, a `FILE`")
	flags.StringVar(&f.paths.InitialCentroids, "init-centroids", "",
		"start from the centroids in an .npy `FILE` (default: see model.init)")
	flags.StringVar(&f.paths.Weight, "weight", "", "take weights of the rows from `COLUMN` of the "+
		"reference, and of the data if they have it")
	flags.StringVar(&f.out, "out", "", "write fit.json and the figures into `FOLDER`")
	defineJSON(cmd, &f.asJSON)
	require(cmd, "data", "reference", "out")
	return cmd
}

// check returns an error if the flags name files that do not exist, or have values that they cannot
// have.
func (f fitFlags) check() error {
	for _, file := range []struct{ flag, address string }{
		{"data", f.paths.Data}, {"reference", f.paths.Reference},
		{"init-centroids", f.paths.InitialCentroids},
	} {
		if file.flag == "init-centroids" && file.address == "" {
			continue
		}
		if _, err := tables.Path(file.address); errors.Is(err, fs.ErrNotExist) {
			return badInput(fmt.Errorf("--%s: %w", file.flag, err))
		}
	}
	if path := f.paths.InitialCentroids; path != "" && !strings.HasSuffix(path, ".npy") {
		return usageError("--init-centroids is %q; want the path of an .npy file", path)
	}
	return nil
}

func (a *app) fit(ctx context.Context, args []string, f fitFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	e, err := configs.LoadFit(args)
	if err != nil {
		return err
	}
	if err := errors.Join(checkFolder(f.out), checkFitFile(f.out)); err != nil {
		return err
	}
	fit, err := experiments.FitFiles(ctx, e, f.paths)
	if err != nil {
		return err
	}
	if err := a.showFit(fit, f.asJSON); err != nil {
		return err
	}
	return a.writeFit(fit, f.out)
}
