/* In: the tokens of one item (a definition, a declaration, an expression), as syntax/layout.c left them.
 * Out: calls of the actions of syntax/syntax.h, which build the tree.
 *
 * What is ambiguous in the text was settled before: the END of a definition, and which `(`, `[` and
 * names are parameters (those of kind …_FN stand before `=>`). The rest is settled by precedence. */

%name grammar
%token_prefix T_
%token_type {Token *}
%extra_argument {Parser *p}
%stack_size 0

%include {
/* lemon's tracing is a global variable, which parallel compilations must not share. */
#ifndef NDEBUG
#define NDEBUG 1
#endif
#include <stdlib.h>
#include "syntax/syntax.h"
/* lemon's frame fetches the parser state in functions that have no use for it. */
#pragma GCC diagnostic ignored "-Wunused-variable"
#pragma GCC diagnostic ignored "-Wunused-parameter"
}

%syntax_error {
    (void)yymajor;
    (void)yyminor;
    report_syntax_error(p);
}
%stack_overflow {
    parser_error(p, (Span){p->source, 0, 0}, "this definition is nested too deep to be parsed");
}

%right ARROW ELSE.
%left PIPE.
%left OR.
%left AND.
%right NOT.
%left EQ NE LT LE GT GE.
%left DOTDOT.
%left BY.
%left PLUS MINUS CONCAT.
%left STAR SLASH PERCENT.
%right NEGATE.
%right POW.

%type expr {Ast *}
%type postfix {Ast *}
%type primary {Ast *}
%type items {AstList *}
%type args {ArgList *}
%type arg_list {ArgList *}
%type defs {DefList *}
%type options {ParamOptions *}

start ::= expr(L) ASSIGN expr(R).  { def_list_define(p, &p->definition, L, R); }
start ::= expr(E).                 { def_list_value(p, &p->definition, E); }
start ::= PARAM NAME(N) ASSIGN expr(I) IN expr(R) options(O). { declare_param(p, N, I, R, O); }
start ::= PARAM NAME(N) ASSIGN expr(I). { declare_param(p, N, I, NULL, NULL); }
start ::= INPUT inputs.
start ::= USE STRING(S).           { declare_use(p, S, NULL); }
start ::= USE STRING(S) AS NAME(N). { declare_use(p, S, N); }

inputs ::= NAME(N).                { declare_input(p, N); }
inputs ::= inputs COMMA NAME(N).   { declare_input(p, N); }

options(A) ::= .                             { A = NULL; }
options(A) ::= options(B) LOG(T).            { A = option_log(p, B, T); }
options(A) ::= options(B) STEP(T) expr(E).   { A = option_step(p, B, T, E); }
options(A) ::= options(B) CONTROLLER(T) expr(E). { A = option_controller(p, B, T, E); }
options(A) ::= options(B) STRING(T).         { A = option_label(p, B, T); }

expr(A) ::= IF(T) expr(C) THEN expr(X) ELSE expr(Y). { A = make_if(p, T, C, X, Y); }
expr(A) ::= NAME_FN(N) ARROW expr(B). {
    A = make_lambda(p, token_span(p, N), arg_list_add(p, NULL, NULL, make_name(p, N)), B);
}
expr(A) ::= HOLE_FN(N) ARROW expr(B). {
    A = make_lambda(p, token_span(p, N), arg_list_add(p, NULL, NULL, make_hole(p, N)), B);
}
expr(A) ::= LPAREN_FN(O) args(P) RPAREN(C) ARROW expr(B). {
    A = make_lambda(p, tokens_span(p, O, C), P, B);
}
expr(A) ::= LBRACKET_FN(O) items(L) RBRACKET(C) ARROW expr(B). {
    A = make_lambda(p, tokens_span(p, O, C),
                    arg_list_add(p, NULL, NULL, make_list(p, O, L, C)), B);
}
expr(A) ::= expr(L) PIPE expr(R).            { A = make_pipe(p, L, R); }
expr(A) ::= expr(L) OR expr(R).              { A = make_binary(p, BIN_OR, L, R); }
expr(A) ::= expr(L) AND expr(R).             { A = make_binary(p, BIN_AND, L, R); }
expr(A) ::= NOT(T) expr(E).                  { A = make_unary(p, UN_NOT, T, E); }
expr(A) ::= expr(L) EQ expr(R).              { A = make_compare(p, BIN_EQ, L, R); }
expr(A) ::= expr(L) NE expr(R).              { A = make_compare(p, BIN_NE, L, R); }
expr(A) ::= expr(L) LT expr(R).              { A = make_compare(p, BIN_LT, L, R); }
expr(A) ::= expr(L) LE expr(R).              { A = make_compare(p, BIN_LE, L, R); }
expr(A) ::= expr(L) GT expr(R).              { A = make_compare(p, BIN_GT, L, R); }
expr(A) ::= expr(L) GE expr(R).              { A = make_compare(p, BIN_GE, L, R); }
expr(A) ::= expr(L) DOTDOT expr(R).          { A = make_range(p, L, R, NULL); }
expr(A) ::= expr(L) DOTDOT expr(R) BY expr(S). { A = make_range(p, L, R, S); }
expr(A) ::= expr(L) PLUS expr(R).            { A = make_binary(p, BIN_ADD, L, R); }
expr(A) ::= expr(L) MINUS expr(R).           { A = make_binary(p, BIN_SUB, L, R); }
expr(A) ::= expr(L) CONCAT expr(R).          { A = make_binary(p, BIN_CONCAT, L, R); }
expr(A) ::= expr(L) STAR expr(R).            { A = make_binary(p, BIN_MUL, L, R); }
expr(A) ::= expr(L) SLASH expr(R).           { A = make_binary(p, BIN_DIV, L, R); }
expr(A) ::= expr(L) PERCENT expr(R).         { A = make_binary(p, BIN_MOD, L, R); }
expr(A) ::= MINUS(T) expr(E). [NEGATE]       { A = make_unary(p, UN_NEG, T, E); }
expr(A) ::= expr(L) POW expr(R).             { A = make_binary(p, BIN_POW, L, R); }
expr(A) ::= postfix(E).                      { A = E; }

postfix(A) ::= primary(E).                               { A = E; }
postfix(A) ::= postfix(F) LPAREN args(L) RPAREN(C).      { A = make_call(p, F, L, C); }
postfix(A) ::= postfix(X) LBRACKET expr(I) RBRACKET(C).  { A = make_index(p, X, I, C); }
postfix(A) ::= postfix(X) LBRACKET expr(I) COMMA expr(J) RBRACKET(C). {
    A = make_index(p, make_index(p, X, I, C), J, C);
}
postfix(A) ::= postfix(X) DOT NAME(N).                   { A = make_member(p, X, N); }

primary(A) ::= NUMBER(T).                             { A = make_number(p, T); }
primary(A) ::= TRUE(T).                               { A = make_truth(p, T, 1); }
primary(A) ::= FALSE(T).                              { A = make_truth(p, T, 0); }
primary(A) ::= STRING(T).                             { A = make_string(p, T); }
primary(A) ::= NAME(T).                               { A = make_name(p, T); }
primary(A) ::= HOLE(T).                               { A = make_hole(p, T); }
primary(A) ::= LPAREN(O) expr(E) RPAREN(C).           { A = make_parens(p, O, E, C); }
primary(A) ::= LBRACKET(O) items(L) RBRACKET(C).      { A = make_list(p, O, L, C); }
primary(A) ::= LBRACE(O) RBRACE(C).                   { A = make_block(p, O, NULL, C); }
primary(A) ::= LBRACE(O) defs(D) RBRACE(C).           { A = make_block(p, O, D, C); }

items(A) ::= .                                        { A = NULL; }
items(A) ::= list_items(L).                           { A = L; }
items(A) ::= list_items(L) COMMA.                     { A = L; }
%type list_items {AstList *}
list_items(A) ::= expr(E).                            { A = ast_list_add(p, NULL, E); }
list_items(A) ::= list_items(L) COMMA expr(E).        { A = ast_list_add(p, L, E); }

args(A) ::= .                                         { A = NULL; }
args(A) ::= arg_list(L).                              { A = L; }
args(A) ::= arg_list(L) COMMA.                        { A = L; }
arg_list(A) ::= expr(E).                              { A = arg_list_add(p, NULL, NULL, E); }
arg_list(A) ::= NAME(N) COLON expr(E).                { A = arg_list_add(p, NULL, N, E); }
arg_list(A) ::= NAME(N) ASSIGN expr(E).               { A = arg_list_add_fallback(p, NULL, N, E); }
arg_list(A) ::= arg_list(L) COMMA expr(E).            { A = arg_list_add(p, L, NULL, E); }
arg_list(A) ::= arg_list(L) COMMA NAME(N) COLON expr(E).  { A = arg_list_add(p, L, N, E); }
arg_list(A) ::= arg_list(L) COMMA NAME(N) ASSIGN expr(E). { A = arg_list_add_fallback(p, L, N, E); }

defs(A) ::= expr(L) ASSIGN expr(R).                   { A = def_list_define(p, NULL, L, R); }
defs(A) ::= expr(E).                                  { A = def_list_value(p, NULL, E); }
defs(A) ::= defs(D) END expr(L) ASSIGN expr(R).       { A = def_list_define(p, D, L, R); }
defs(A) ::= defs(D) END expr(E).                      { A = def_list_value(p, D, E); }
