// Package crash makes errors of panics, which are faults of the program.
package crash

import (
	"fmt"
	"runtime/debug"
)

// A Fault is a panic that was caught. It is a fault of the program, whatever the input was.
type Fault struct {
	// Value is what the function panicked with.
	Value any
	// Stack is the stack of the goroutine at that time, as the runtime prints it.
	Stack []byte
}

// Error returns what happened, without the stack.
func (e *Fault) Error() string { return fmt.Sprintf("internal error: %v", e.Value) }

// Unwrap returns the value of the panic if it is an error, and nil otherwise.
func (e *Fault) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// Catch makes an *Fault of a panic and assigns it to *err. It must be deferred. A goroutine needs a
// deferred call of its own: a panic that nobody catches ends the process with the exit code of a
// wrong command line.
func Catch(err *error) {
	if value := recover(); value != nil {
		*err = &Fault{Value: value, Stack: debug.Stack()}
	}
}
