import { render } from 'preact';
import { App } from './app.tsx';
import { language } from './language.ts';
import './app.css';

document.documentElement.lang = language;
render(<App />, document.body);
